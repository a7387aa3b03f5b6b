import AWSServices
import BedrockMetering
import Foundation
import Synchronization
import Testing

@testable import MeteringGateway

@Suite struct CallServiceTests {
    static func configuration(_ changes: (inout GatewayConfiguration) -> Void = { _ in })
        -> GatewayConfiguration
    {
        var acme = TenantTable.Entry()
        acme.models = ["haiku"]
        var configuration = GatewayConfiguration(
            authentication: TokenForge.settings,
            models: ModelSettings(defaultAlias: "haiku", aliases: ["haiku": "h:0", "opus": "o:0"]),
            tenants: TenantTable(["acme": acme, "big": .init(), "고객": .init()]),
            usage: UsageSettings(spool: "s"))
        changes(&configuration)
        return configuration
    }

    private static func service(
        _ model: ScriptedModel, _ books: ScriptedBooks = ScriptedBooks(),
        _ changes: (inout GatewayConfiguration) -> Void = { _ in }
    ) -> CallService {
        CallService(
            configuration(changes), model: model, journal: books, limits: books,
            now: { TokenForge.now })
    }

    private static let acme = Caller(tenant: "acme", user: "u-1")
    private static let request = ChatRequest(messages: [.init(.user, ["Hello, world"])])

    private static func all(_ call: RunningCall) async -> [CallOutput] {
        var all: [CallOutput] = []
        for await item in call.output { all.append(item) }
        return all
    }

    @Test func `a call goes through all books in order`() async throws {
        let model = ScriptedModel(saying: ["a", "b"])
        let books = ScriptedBooks()
        let service = Self.service(model, books)

        let call = try service.begin(
            Self.request, id: "c-1", of: Self.acme, client: ClientPresence())
        let output = await Self.all(call)

        #expect(
            output == [
                .text("a"), .text("b"),
                .end(.answered(CallAnswer(usage: CallFixtures.usage, stopReason: "end_turn"))),
            ])
        let entries = books.entries.withLock { $0 }
        #expect(entries.count == 4)
        #expect(entries[0] == .reserve)
        #expect(entries[1] == .begin)
        #expect(entries[3] == .settle(22))
        let sent = try #require(model.requests.withLock { $0.first })
        #expect(sent.model == "h:0")
        #expect(sent.maxTokens == 1000)
        #expect(sent.metadata == ["call_id": "c-1", "tenant_id": "acme"])
        #expect(call.intent.estimatedInput == 20)
        #expect(call.intent.estimatedOutput == 1000)
    }

    @Test func `a tenant whose name Bedrock does not take is sent as its hash`() async throws {
        let model = ScriptedModel(saying: [])
        let caller = Caller(tenant: "고객", user: "u")

        _ = await Self.all(
            try Self.service(model).begin(
                Self.request, id: "c", of: caller, client: ClientPresence()))

        let metadata = try #require(model.requests.withLock { $0.first }).metadata
        #expect(metadata["tenant_id"] == nil)
        #expect(metadata["tenant_sha256"]?.utf8.count == 32)
    }

    @Test(
        arguments: [
            ("acme", nil, nil, nil), ("acme", "haiku", 1, nil), ("acme", "haiku", 1000, nil),
            ("big", "opus", nil, nil), ("acme", "opus", nil, .modelForbidden),
            ("acme", "sonnet", nil, .modelNotFound), ("acme", "h:0", nil, .modelNotFound),
            ("acme", "HAIKU", nil, .modelNotFound), ("other", "haiku", nil, .tenantUnknown),
            ("acme", "haiku", 0, .invalidRequest), ("acme", "haiku", -1, .invalidRequest),
            ("acme", "haiku", 1001, .invalidRequest),
        ] as [(String, String?, Int?, CallError.Code?)])
    func `a call is let in by its tenant, model and length`(
        tenant: String, model: String?, maxTokens: Int?, code: CallError.Code?
    ) async throws {
        let scripted = ScriptedModel(saying: ["x"])
        let service = Self.service(scripted)
        var request = Self.request
        request.model = model
        request.maxTokens = maxTokens
        let caller = Caller(tenant: TenantID(tenant), user: "u")

        do throws(CallError) {
            let call = try service.begin(request, id: "c", of: caller, client: ClientPresence())
            _ = await Self.all(call)
            #expect(code == nil)
        } catch {
            #expect(error.code == code)
            #expect(scripted.requests.withLock { $0.isEmpty })
        }
    }

    @Test func `without a default each call names its model`() {
        let service = Self.service(ScriptedModel([])) { $0.models.defaultAlias = nil }

        #expect(throws: CallError(.invalidRequest, "The request must name a model", field: "model"))
        {
            try service.begin(Self.request, id: "c", of: Self.acme, client: ClientPresence())
        }
    }

    @Test func `more calls than there may be at once are refused, and draining waits for the rest`()
        async throws
    {
        let gate = ScriptedModel.Gate()
        let model = ScriptedModel([.gate(gate), .event(.usage(CallFixtures.usage))])
        let service = Self.service(model) { $0.limits.concurrentCalls = 2 }
        let calls = try (0..<2).map {
            try service.begin(Self.request, id: "c-\($0)", of: Self.acme, client: ClientPresence())
        }

        #expect(throws: CallError(.overloaded, retryAfterSeconds: 1)) {
            try service.begin(Self.request, id: "c", of: Self.acme, client: ClientPresence())
        }
        #expect(await service.drain(within: .milliseconds(30)) == 2)
        gate.open()
        #expect(await service.drain(within: .seconds(10)) == 0)
        #expect(!service.isReady)
        #expect(throws: CallError(.overloaded, retryAfterSeconds: 1)) {
            try service.begin(Self.request, id: "c", of: Self.acme, client: ClientPresence())
        }
        for call in calls { #expect(await Self.all(call).count == 1) }
    }

    @Test func `a call whose client has gone, and that nobody reads, is drained and written down`()
        async throws
    {
        let gate = ScriptedModel.Gate()
        let model = ScriptedModel([
            .event(.text("a")), .gate(gate), .event(.stop(reason: "end_turn")),
            .event(.usage(CallFixtures.usage)),
        ])
        let books = ScriptedBooks()
        let service = Self.service(model, books)
        let client = ClientPresence()

        _ = try service.begin(Self.request, id: "c-1", of: Self.acme, client: client)
        client.leave()
        gate.open()
        #expect(await service.drain(within: .seconds(10)) == 0)

        let lines = books.entries.withLock { $0 }.compactMap { entry in
            if case .line(let line) = entry { line } else { nil }
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(#""client_disconnected":true"#) == true)
        #expect(lines.first?.contains(#""call_id":"c-1""#) == true)
    }

    @Test(
        arguments: [
            (["begin"], CallError.Code.usageUnrecorded, false), (["line"], .usageUnrecorded, true),
            (["reserve"], .limitsUnavailable, false), (["settle"], nil, true),
        ] as [(Set<String>, CallError.Code?, Bool)])
    func `books that fail keep text back, and the model too if it was not asked yet`(
        failing: Set<String>, code: CallError.Code?, isAsked: Bool
    ) async throws {
        let model = ScriptedModel(saying: ["a"])
        let service = Self.service(model, ScriptedBooks(failing: failing))

        let call = try service.begin(Self.request, id: "c", of: Self.acme, client: ClientPresence())
        let output = await Self.all(call)

        if case .end(.failed(let error))? = output.last {
            #expect(error.code == code)
        } else {
            #expect(code == nil)
        }
        #expect(model.requests.withLock { !$0.isEmpty } == isAsked)
    }

    @Test(
        arguments: [
            ([], [["abc"]], 17), (["abcd"], [["ab"], ["é"]], 35), ([], [["한국"], [""]], 34),
        ] as [([String], [[String]], Int64)])
    func `the estimate is a third of all bytes, and 16 for each message`(
        system: [String], texts: [[String]], estimate: Int64
    ) {
        var request = ChatRequest(messages: texts.map { .init(.user, $0) })
        request.system = system

        #expect(request.estimatedInputTokens == estimate)
    }
}
