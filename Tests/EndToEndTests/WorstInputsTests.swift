#if os(Linux)
    import Foundation
    import TestSupport
    import Testing

    /// Objects that were made to take memory, each kind in a run that may not have more than the handbook says.
    @Suite(.serialized) struct WorstInputsTests {
        /// The kinds, with what a run over them says and ends with.
        static let kinds: [(kind: String, says: String)] = [
            ("bombs", "inflates past the limit"),
            ("rejects", "input_tokens is negative"),
            ("names", "take more than half of the memory"),
            ("ids", "take more than half of the memory"),
            ("long", "over the size limit"),
            ("deep", "over the size limit"),
            ("conflicts", ""),
            ("small", "input_tokens is negative"),
            ("dumps", "not text"),
            ("pieces", "its end is missing"),
        ]

        /// 2 x 64 MiB for records, 64 MiB for each of two objects, 64 MiB for everything else, and the 256 MiB
        /// of addresses that the command, its libraries and its threads have without using them.
        private static let addressSpace = 576 << 20

        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            try python(Self.making, folder.path("worst"))
        }

        @discardableResult
        private func python(_ arguments: String...) throws -> (status: Int32, errors: String) {
            let errors = try folder.write("", to: "errors")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-c"] + arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle(forWritingAtPath: errors)
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationReason == .exit)
            return (process.terminationStatus, try String(contentsOfFile: errors, encoding: .utf8))
        }

        @Test(arguments: kinds)
        func `a run over the worst of a kind ends by itself, and says what it left out`(
            kind: String, says: String
        ) throws {
            let arguments = [
                "ingest", "--source", folder.path("worst/\(kind)"), "--lake", folder.path("lake"),
                "--memory", "64MiB", "--jobs", "2",
            ]

            for round in ["first", "next"] {
                let outcome = try Command.etl.run(arguments, addressSpace: Self.addressSpace)

                #expect(outcome.status == 65 || round == "next" && outcome.status == 0, "\(round)")
                #expect(outcome.errors.contains(says) || outcome.status == 0, "\(outcome.errors)")
            }
        }

        /// Makes a folder of each kind.
        private static let making = """
            import base64, gzip, json, os, sys
            def write(kind, name, data):
                path = os.path.join(sys.argv[1], kind, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                open(path, "wb").write(data if isinstance(data, bytes) else data.encode())
            def line(**changed):
                return json.dumps({"timestamp": "2025-12-07T01:02:03.000001", "tenant_id": "t",
                    "user_id": "u", "model_id": "m", "input_tokens": 1, "output_tokens": 2,
                    "event_type": "bedrock_token_usage", **changed}) + "\\n"
            def lines(count, make): return pack("".join(make(n) for n in range(count)).encode())
            def pack(data): return gzip.compress(data, 1)
            def wrap(data): return json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}}).encode()
            bomb = gzip.compress(b"\\n" * (96 << 20))
            write("bombs", "a.gz", pack(wrap(pack(wrap(bomb)))))
            write("bombs", "b.gz", pack(pack(wrap(bomb))))
            write("rejects", "a.gz", pack(line(input_tokens=-1, x="y" * 4000).encode() * 12_000))
            write("names", "a.gz", lines(15_000, lambda n: line(
                tenant_id=f"{n}-" + "t" * 3000, user_id=f"{n}-" + "u" * 3000)))
            write("ids", "a.gz", lines(25_000, lambda n: line(request_id=f"{n}-" + "r" * 3500)))
            write("long", "a.gz", pack(line(x="y" * (40 << 20)).encode()))
            write("long", "b.gz", pack(b"[" + b"1," * (2 << 20)))
            write("deep", "a.json", '{"a":' * 200_000 + line() + "}" * 200_000)
            write("deep", "b.json", "[" * 2_000_000)
            write("conflicts", "a.json", "".join(line(
                request_id=f"r{n % 100}", input_tokens=n, output_tokens=2_000 - n) for n in range(1_000)))
            for n in range(100): write("small", f"{n}.json", line(request_id=str(n), input_tokens=-(n % 2)))
            write("dumps", "a.gz", pack(json.dumps({"events": [{"message": line()}] * 8_000}).encode()))
            write("dumps", "b.json", json.dumps(
                {"records": [{"data": base64.b64encode(os.urandom(1 << 20)).decode()}] * 3}))
            write("pieces", "a.gz", pack(
                b'2025-12-07T01:02:03.000000000Z stdout P {"tenant_id": 1, \\n' * 100_000))
            """
    }
#endif
