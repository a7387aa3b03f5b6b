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
            ("deep", "nested too deep"),
            ("conflicts", "in conflict"),
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
            #expect(try python(Self.making, folder.path("worst"), kind).status == 0)
            let arguments = [
                "ingest", "--source", folder.path("worst/\(kind)"), "--lake", folder.path("lake"),
                "--memory", "64MiB", "--jobs", "2",
            ]

            for round in ["first", "next"] {
                let outcome = try Command.etl.run(arguments, addressSpace: Self.addressSpace)

                #expect(outcome.status == 65 || round == "next" && outcome.status == 0, "\(round)")
                let text = outcome.output + outcome.errors
                #expect(text.contains(says) || outcome.status == 0, "\(text)")
            }
        }

        /// Makes the folder of a kind.
        private static let making = """
            import base64, gzip, json, os, sys
            def write(name, data):
                path = os.path.join(sys.argv[1], sys.argv[2], name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                open(path, "wb").write(data if isinstance(data, bytes) else data.encode())
            def line(**changed):
                return json.dumps({"timestamp": "2025-12-07T01:02:03.000001", "tenant_id": "t",
                    "user_id": "u", "model_id": "m", "input_tokens": 1, "output_tokens": 2,
                    "event_type": "bedrock_token_usage", **changed}) + "\\n"
            def lines(count, make): return pack("".join(make(n) for n in range(count)).encode())
            def pack(data): return gzip.compress(data, 1)
            def wrap(data): return json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}}).encode()
            match sys.argv[2]:
                case "bombs":
                    bomb = gzip.compress(b"\\n" * (96 << 20))
                    write("a.gz", pack(wrap(pack(wrap(bomb)))))
                    write("b.gz", pack(pack(wrap(bomb))))
                case "rejects":
                    write("a.gz", pack(line(input_tokens=-1, x="y" * 4000).encode() * 12_000))
                case "names":
                    write("a.gz", lines(15_000, lambda n: line(
                        tenant_id=f"{n}-" + "t" * 3000, user_id=f"{n}-" + "u" * 3000)))
                case "ids":
                    write("a.gz", lines(25_000, lambda n: line(request_id=f"{n}-" + "r" * 3500)))
                case "long":
                    write("a.gz", pack(line(x="y" * (40 << 20)).encode()))
                    write("b.gz", pack(b"[" + b"1," * (2 << 20)))
                case "deep":
                    write("a.json", '{"a":' * 200_000 + line() + "}" * 200_000)
                    write("b.json", "[" * 2_000_000)
                case "conflicts":
                    write("a.json", "".join(line(request_id=f"r{n % 100}", input_tokens=n,
                        output_tokens=2_000 - n) for n in range(1_000)))
                case "small":
                    for n in range(100):
                        write(f"{n}.json", line(request_id=str(n), input_tokens=-(n % 2)))
                case "dumps":
                    write("a.gz", pack(json.dumps({"events": [{"message": line()}] * 8_000}).encode()))
                    noise = base64.b64encode(os.urandom(1 << 20)).decode()
                    write("b.json", json.dumps({"records": [{"data": noise}] * 3}))
                case "pieces":
                    piece = b'2025-12-07T01:02:03.000000000Z stdout P {"tenant_id": 1, \\n'
                    write("a.gz", pack(piece * 100_000))
            """
    }
#endif
