internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

/// The door for HTTP: a server that answers until it is told to stop.
package struct GatewayServer: Sendable {
    let respond: @Sendable (GatewayRequest) async -> GatewayResponse
    package let address: ListenAddress
    /// Says where it listens, once it does.
    let onListening: @Sendable (ListenAddress) -> Void

    package init(
        at address: ListenAddress,
        onListening: @escaping @Sendable (ListenAddress) -> Void,
        respond: @escaping @Sendable (GatewayRequest) async -> GatewayResponse
    ) {
        self.respond = respond
        self.address = address
        self.onListening = onListening
    }

    /// How long a connection is kept that says nothing.
    private static let idleTime = TimeAmount.seconds(75)
    /// What the heads of requests may have: a token and the other headers of browsers, in bytes.
    private static let maximumHeadSize = 32 << 10

    /// Serves until `stop` returns, and then until the requests that are under way are answered.
    ///
    /// - Throws: what keeps it from listening.
    package func run(until stop: @escaping @Sendable () async -> Void) async throws {
        let presences = ClientPresences()
        var channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [PresenceHandler(presences)], idleTimeout: Self.idleTime)
        channel.httpDecoder.maxHeaderFieldSize = Self.maximumHeadSize
        channel.httpDecoder.maxHeaderListSize = Self.maximumHeadSize
        channel.httpDecoder.maxHeaderFieldCount = 100
        var logger = Logger(label: "gateway", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .critical
        let respond = respond
        let onListening = onListening
        let configured = address
        let application = Application(
            responder: CallbackResponder<ConnectionContext> { request, context in
                await Self.response(
                    of: respond, to: request, presences.presence(of: context.channel))
            },
            server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1024),
            onServerRunning: { channel in
                onListening(
                    ListenAddress(
                        host: configured.host, port: channel.localAddress?.port ?? configured.port))
            },
            logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application], logger: logger))
        let stopping = Task {
            await stop()
            await group.triggerGracefulShutdown()
        }
        defer { stopping.cancel() }
        try await group.run()
    }

    private static func response(
        of respond: @Sendable (GatewayRequest) async -> GatewayResponse, to request: Request,
        _ client: ClientPresence
    ) async -> Response {
        let body = request.body
        let asked = GatewayRequest(
            method: request.method.rawValue, path: request.uri.path,
            headers: request.headers.map { ($0.name.canonicalName, $0.value) },
            client: client
        ) { limit in
            var bytes: [UInt8] = []
            for try await chunk in body {
                guard bytes.count + chunk.readableBytes <= limit else { return nil }
                bytes += chunk.readableBytesView
            }
            return bytes
        }
        return Response(await respond(asked), client)
    }
}

/// A connection, as the responder is told of it.
private struct ConnectionContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

extension Response {
    fileprivate init(_ answer: GatewayResponse, _ client: ClientPresence) {
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        let body: ResponseBody =
            switch answer.body {
            case .bytes(let bytes) where bytes.isEmpty: ResponseBody()
            case .bytes(let bytes): ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            case .events(let events):
                ResponseBody { writer in
                    do {
                        for await bytes in events {
                            try await writer.write(ByteBuffer(bytes: bytes))
                        }
                        try await writer.finish(nil)
                    } catch {
                        client.leave()
                        throw error
                    }
                }
            }
        self.init(status: .init(code: answer.status), headers: headers, body: body)
    }
}
