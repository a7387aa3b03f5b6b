import AWSServices
import Testing

/// Results whose pages a service never lets end.
@Suite struct EndlessPagesTests {
    private let time = ScriptedTime()

    /// An operation with pages, and what a page of it is.
    private struct Paged: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// A page with one item, or none, and what asks for the next one.
        let page: @Sendable (_ item: Int?, _ token: String) -> String
        let run: @Sendable (AWSEnvironment) async throws -> Int

        static let all = [
            Paged(
                testDescription: "S3",
                page: { item, token in
                    let object =
                        item.map {
                            "<Contents><Key>\(100_000 + $0)</Key><Size>1</Size><ETag>e</ETag></Contents>"
                        } ?? ""
                    return "<ListBucketResult><IsTruncated>\(!token.isEmpty)</IsTruncated>\(object)"
                        + "<NextContinuationToken>\(token)</NextContinuationToken></ListBucketResult>"
                },
                run: { try await S3Client($0).listObjects(in: "b").count }),
            Paged(
                testDescription: "Glue",
                page: { item, token in
                    let values = item.map { "{\"Values\": [\"\($0)\"]}" } ?? ""
                    return "{\"Partitions\": [\(values)], \"NextToken\": \"\(token)\"}"
                },
                run: { try await GlueClient($0).partitions(of: "t", in: "d").count }),
            Paged(
                testDescription: "Athena",
                page: { item, token in
                    let row = item.map { "{\"Data\": [{\"VarCharValue\": \"\($0)\"}]}" } ?? ""
                    return "{\"ResultSet\": {\"Rows\": [\(row)]}, \"NextToken\": \"\(token)\"}"
                },
                run: { try await AthenaClient($0).results(of: "q").rows.count }),
            Paged(
                testDescription: "Logs tasks",
                page: { item, token in
                    let task = item.map { "{\"taskId\": \"\($0)\"}" } ?? ""
                    return "{\"exportTasks\": [\(task)], \"nextToken\": \"\(token)\"}"
                },
                run: { try await LogsClient($0).exportTasks().count }),
            Paged(
                testDescription: "Logs groups",
                page: { item, token in
                    let group = item.map { "{\"logGroupName\": \"g\($0)\"}" } ?? ""
                    return "{\"logGroups\": [\(group)], \"nextToken\": \"\(token)\"}"
                },
                run: { try await LogsClient($0).logGroup("g") == nil ? 0 : 1 }),
        ]
    }

    private func reason(_ paged: Paged, _ transport: MadeUpTransport) async -> String {
        do {
            return "\(try await paged.run(.scripted(transport, time)))"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: Paged.all)
    private func `empty pages with ever new tokens end`(paged: Paged) async {
        let transport = MadeUpTransport { .ok(paged.page(nil, "t\($1)")) }

        #expect(await reason(paged, transport).contains("1000 in a row hold nothing new"))
        #expect(transport.requests == 1000)
    }

    @Test(arguments: Paged.all)
    private func `empty pages among others are no end`(paged: Paged) async {
        let transport = MadeUpTransport { _, before in
            .ok(paged.page(before % 300 == 0 ? before : nil, before < 1500 ? "t\(before)" : ""))
        }

        #expect(
            await reason(paged, transport) == (paged.testDescription == "Logs groups" ? "0" : "6"))
    }

    @Test(arguments: Paged.all)
    private func `pages that come without end, and slowly, end`(paged: Paged) async {
        let transport = MadeUpTransport { [time] _, before in
            time.pass(.seconds(500))
            return .ok(paged.page(before, "t\(before)"))
        }

        #expect(await reason(paged, transport).contains("the pages have no end"))
        #expect(transport.requests < 20)
    }

    @Test(arguments: Paged.all)
    private func `as long as there is something new, pages may take their time`(
        paged: Paged
    ) async {
        let transport = MadeUpTransport { [time] _, before in
            time.pass(.seconds(55))
            return .ok(paged.page(before, before < 199 ? "t\(before)" : ""))
        }

        let reason = await reason(paged, transport)
        #expect(reason == (paged.testDescription == "Logs groups" ? "0" : "200"))
    }

    @Test(arguments: Paged.all)
    private func `a token that comes again, or that is too long, ends a result`(
        paged: Paged
    ) async {
        for token in ["t", String(repeating: "t", count: 9000)] {
            let transport = MadeUpTransport { .ok(paged.page($1, token)) }

            #expect(await reason(paged, transport).contains("no token, or one that came before"))
            #expect(transport.requests <= 2)
        }
    }

    @Test func `ever new items with ever new tokens end`() async {
        let paged = Paged.all[0]
        let transport = MadeUpTransport { .ok(paged.page($1, "t\($1)")) }

        #expect(await reason(paged, transport).contains("there are more than 10000"))
        #expect(transport.requests == 10_000)
    }

    @Test func `the same objects with ever new tokens end`() async {
        let paged = Paged.all[0]
        let transport = MadeUpTransport { .ok(paged.page($1 % 2, "t\($1)")) }

        #expect(await reason(paged, transport).contains("1000 in a row hold nothing new"))
        #expect(transport.requests == 1002)
    }
}
