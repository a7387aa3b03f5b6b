import AWSServices
import Foundation
import Testing

/// What a server, or somebody on the way to one, says that cannot be.
@Suite struct HostileAnswersTests {
    private let time = ScriptedTime()

    private func outcome(
        _ steps: [ScriptedTransport.Step], _ run: (AWSEnvironment) async throws -> Void
    ) async -> String? {
        do {
            try await run(.scripted(ScriptedTransport(steps), time))
            return nil
        } catch {
            return (error as? AWSError)?.code ?? "\(error)"
        }
    }

    private static let noNumbers = [
        "-5", "+5", " 5", "5 ", "", "5.0", "1e3", "0x5", "5,5", "1125899906842625",
        "9223372036854775807", "9223372036854775808", "99999999999999999999", "nan",
    ]

    // MARK: Numbers of S3

    @Test(arguments: noNumbers)
    func `a listing tells sizes that objects can have`(size: String) async {
        let listing =
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>k</Key>"
            + "<Size>\(size)</Size><ETag>e</ETag></Contents></ListBucketResult>"

        let code = await outcome([.answer(200, [:], listing)]) {
            _ = try await S3Client($0).listObjects(in: "b")
        }

        #expect(code == "UnreadableResponse")
    }

    @Test(arguments: noNumbers)
    func `headers tell sizes that objects can have`(size: String) async {
        let answer = ScriptedTransport.Step.answer(200, ["etag": "e", "content-length": size])

        #expect(
            await outcome([answer]) { _ = try await S3Client($0).headObject("k", in: "b") }
                == "UnreadableResponse")
        #expect(
            await outcome([answer]) { _ = try await S3Client($0).getObject("k", in: "b") }
                == "UnreadableResponse")
    }

    @Test(arguments: [
        "bytes 0-1/10", "bytes 0-2/+10", "bytes -0-2/10", "bytes 0--2/10", "bytes 0-2/10/3",
        "bytes 0-2", "0-2/10", "lines 0-2/10", "bytes  0-2/10", "bytes 0-2/*", "bytes 2-0/10",
        "bytes 0-9223372036854775807/9223372036854775807", "bytes 0-2/9223372036854775808",
        "bytes 0-3/10", "bytes 1-3/10",
    ])
    func `a part is what was asked for, whole`(range: String) async {
        for length in ["2", "3", "9223372036854775807"] {
            let answer = ScriptedTransport.Step.answer(
                206, ["etag": "e", "content-length": length, "content-range": range], "ab")

            let code = await outcome([answer]) {
                _ = try await S3Client($0).getObject("k", in: "b", range: 0..<3)
            }

            #expect(code == "UnreadableResponse")
        }
    }

    @Test func `what is past an object's end is left out of a part`() async {
        let answer = ScriptedTransport.Step.answer(
            206, ["etag": "e", "content-length": "2", "content-range": "bytes 0-1/2"], "ab")

        let code = await outcome([answer]) {
            _ = try await S3Client($0).getObject("k", in: "b", range: 0..<3)
        }

        #expect(code == nil)
    }

    @Test func `a part is not taken for the whole object that was asked for`() async {
        let answer = ScriptedTransport.Step.answer(
            206, ["etag": "e", "content-length": "3", "content-range": "bytes 0-2/10"], "abc")

        let code = await outcome([answer]) { _ = try await S3Client($0).getObject("k", in: "b") }

        #expect(code == "UnreadableResponse")
    }

    @Test(arguments: [
        ("other/k", "e"), ("", "e"), ("lake", "e"), ("lake/k", "e&#10;x"), ("lake/k", "e f"),
        ("lake/k", String(repeating: "e", count: 257)),
        ("lake/" + String(repeating: "k", count: 5000), "e"), ("lake/../k", nil),
    ])
    func `a listing tells of keys that were asked for, with ETags that can be sent`(
        key: String, etag: String?
    ) async {
        let listing =
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>\(key)</Key>"
            + "<Size>1</Size>\(etag.map { "<ETag>\($0)</ETag>" } ?? "")</Contents></ListBucketResult>"

        let code = await outcome([.answer(200, [:], listing)]) {
            _ = try await S3Client($0).listObjects(in: "b", prefix: "lake/")
        }

        #expect(code == "UnreadableResponse")
    }

    @Test func `a listing of a thousand keys as long as keys can be is read`() async throws {
        let key = String(repeating: "%EC", count: 3) + String(repeating: "%20", count: 1015)
        let objects = (0..<1000).map {
            "<Contents><Key>\(key.replacingOccurrences(of: "%EC%EC%EC", with: "%ED%95%9C"))\(1_000 + $0)"
                + "</Key><LastModified>2025-12-07T01:23:45.678Z</LastModified>"
                + "<ETag>&quot;900150983cd24fb0d6963f7d28e17f72&quot;</ETag><Size>\($0)</Size>"
                + "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><StorageClass>STANDARD</StorageClass>"
                + "<Owner><ID>x</ID><DisplayName>y</DisplayName></Owner></Contents>"
        }
        let listing =
            "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
            + objects.joined() + "</ListBucketResult>"

        let found = try await S3Client(
            .scripted(ScriptedTransport([.answer(200, [:], listing)]), time)
        ).listObjects(in: "b")

        #expect(found.count == 1000)
        #expect(found.first?.key.hasPrefix("한 ") == true)
        #expect(found.first?.key.utf8.count == 1022)
    }

    // MARK: Documents

    private static let bombs = [
        String(repeating: "<a>", count: 40_000) + String(repeating: "</a>", count: 40_000),
        "<r " + (0..<100_000).map { "a\($0)=''" }.joined(separator: " ") + "/>",
        "<r>" + String(repeating: "<a/>", count: 1_000_000) + "</r>",
        "<!DOCTYPE r [<!ENTITY a \"b\">]><r>&a;</r>",
        String(repeating: "[", count: 40_000),
        "{\"a\":" + String(repeating: "[", count: 100)
            + String(repeating: "]", count: 100) + "}",
        "{\"a\":[" + String(repeating: "0,", count: 600_000) + "0]}",
    ]

    @Test(arguments: bombs.indices)
    func `documents that are made to hurt are refused soon, whoever sends them`(
        index: Int
    ) async {
        let operations: [(AWSEnvironment) async throws -> Void] = [
            { _ = try await S3Client($0).listObjects(in: "b") },
            { try await S3Client($0).copyObject("k", in: "b", to: "l", in: "b") },
            {
                _ = try await STSClient($0).assumeRole(
                    STSRole(arn: "a", sessionName: "s"))
            },
            { _ = try await GlueClient($0).table("t", in: "d") },
            { _ = try await GlueClient($0).partitions(of: "t", in: "d") },
            { _ = try await AthenaClient($0).results(of: "q") },
            { _ = try await LogsClient($0).exportTasks() },
        ]
        let start = ContinuousClock.now
        for (number, run) in operations.enumerated() {
            let code = await outcome([.answer(200, [:], Self.bombs[index])], run)
            #expect(["UnreadableResponse", "ResponseTooLong"].contains(code), "\(number)")
            // The body of an error is looked through for its code.
            let refused = await outcome([.answer(400, [:], Self.bombs[index])], run)
            #expect(["HTTP400", "ResponseTooLong"].contains(refused), "\(number)")
        }
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test(arguments: [
        ("<ErrorResponse><Error><Code>C</Code></Error></ErrorResponse>", "C"),
        ("<Error><Code>C</Code><Key>\u{1}</Key></Error>", "C"),
        ("<Error><Code>C</Code><Message>", "C"), ("<Error><Code>C", "HTTP400"),
        ("<Error><Code><![CDATA[C]]></Code></Error>", "C"),
        ("<Error><Code>A</Code><Code>B</Code></Error>", "A"),
        ("<Error><Key>&lt;Code>A&lt;/Code></Key><Code>B</Code></Error>", "B"),
        ("<Error><!-- <Code>A</Code> --><Code>B</Code></Error>", "B"),
        ("<html>Code</html>", "HTTP400"), ("", "HTTP400"),
    ])
    func `the code of an error is what its element says`(body: String, code: String) async {
        let found = await outcome([.answer(400, [:], body)]) {
            _ = try await S3Client($0).listObjects(in: "b")
        }

        #expect(found == code)
    }

    // MARK: Numbers and ids of JSON

    @Test(arguments: ["-1", "1125899906842625", "9223372036854775807", "1e30", "\"5\"", "0.5"])
    func `bytes that a query read are a number that can be added up`(number: String) async {
        let answer =
            "{\"QueryExecution\": {\"Status\": {\"State\": \"RUNNING\"}, "
            + "\"Statistics\": {\"DataScannedInBytes\": \(number)}}}"

        let code = await outcome([.answer(200, [:], answer)]) {
            _ = try await AthenaClient($0).query("q")
        }

        #expect(code == "UnreadableResponse")
    }

    @Test(arguments: ["-1", "253402300800000", "9223372036854775807", "1e30"])
    func `times of logs are times`(number: String) async {
        for (name, run) in [
            ("exportTasks\": [{\"from", { _ = try await LogsClient($0).exportTasks() }),
            ("exportTasks\": [{\"to", { _ = try await LogsClient($0).exportTasks() }),
            ("logGroups\": [{\"creationTime", { _ = try await LogsClient($0).logGroup("g") }),
            ("logGroups\": [{\"retentionInDays", { _ = try await LogsClient($0).logGroup("g") }),
        ] as [(String, (AWSEnvironment) async throws -> Void)] {
            let answer = ScriptedTransport.Step.answer(200, [:], "{\"\(name)\": \(number)}]}")

            #expect(await outcome([answer], run) == "UnreadableResponse", "\(name)")
        }
    }

    @Test(arguments: ["", "a b", "a\\u001b[2J", "a\\nb", String(repeating: "q", count: 257)])
    func `ids are ids`(id: String) async {
        for (name, run) in [
            (
                "QueryExecutionId",
                { _ = try await AthenaClient($0).startQuery("s", token: "t", workgroup: "w") }
            ),
            (
                "taskId",
                {
                    _ = try await LogsClient($0).createExportTask(
                        ExportTaskRequest(
                            name: "n", logGroup: "g", fromMilliseconds: 1, toMilliseconds: 2,
                            bucket: "b", prefix: "p"))
                }
            ),
        ] as [(String, (AWSEnvironment) async throws -> Void)] {
            let answer = ScriptedTransport.Step.answer(200, [:], "{\"\(name)\": \"\(id)\"}")

            #expect(await outcome([answer], run) == "UnreadableResponse", "\(name)")
        }
    }

    // MARK: Words

    @Test func `codes, ids and regions are cut, and show nothing that a terminal obeys`()
        async throws
    {
        let long = "\u{1b}[2J\u{202e}\u{85}" + String(repeating: "é", count: 5000)
        let headers = ["x-amz-request-id": long, "x-amz-bucket-region": long]
        for step in [
            ScriptedTransport.Step.answer(400, headers.merging(["x-amzn-errortype": long]) { $1 }),
            .answer(400, headers, "<Error><Code>&#x85;\u{202e}\(long.dropFirst())</Code></Error>"),
            .answer(400, headers, "{\"__type\": \"\\u001b\(long.dropFirst())\"}"),
        ] {
            let error = try await #require(throws: AWSError.self) {
                _ = try await S3Client(.scripted(ScriptedTransport([step]), time))
                    .listObjects(in: "b")
            }

            for text in [error.code, error.requestID ?? "", error.bucketRegion ?? ""] {
                #expect((200...256).contains(text.utf8.count))
                #expect(
                    !text.unicodeScalars.contains {
                        "\u{1b}\u{202e}\u{85}".unicodeScalars.contains($0)
                    })
            }
            #expect("\(error)".utf8.count < 1200)
        }
    }

    @Test(arguments: [
        "2025-12-07T01:23:nanZ", "2025-12-07T01:23:1e1Z", "2025-12-07T01:23:0x1p3Z",
        "2025-12-07T01:23:infZ", "2025-12-07T+1:23:45Z", "+2025-12-07T01:23:45Z",
        "2025-12-07T01:23:Z", "2025-12-07T01:23:45.Z", "99999999999999999999-12-07T01:23:45Z",
        "2025-12-07T01:23:45++1:00",
    ])
    func `what is no time is none`(text: String) {
        #expect(ServiceTime.date(ofTimestamp: text) == nil)
    }

    @Test(arguments: ["-7", "+7", "99999999999999999999", "7.5", ""])
    func `how long to wait is a number of seconds`(text: String) async throws {
        let transport = ScriptedTransport([
            .answer(503, ["retry-after": text]), .answer(404),
        ])

        _ = try await S3Client(.scripted(transport, time)).headObject("k", in: "b")

        #expect(time.naps == [.milliseconds(50)])
    }
}
