#if Commands
    import MeteringLake

    /// How a command may end other than well, as its help lists it; the numbers are those of
    /// ``PipelineError``.
    package enum ExitCodes {
        package enum Meaning {
            /// Wrong usage, or what else makes no sense.
            case usage(or: String? = nil)
            /// Some input was not taken, or something is not as it should be.
            case data(String)
            case noInput(String)
            case inputOutput(String = "reading or writing failed")
            case lakeIsHeld
            case interrupted(String)

            private static func code(of code: PipelineError.Code) -> Int32 {
                PipelineError(code: code, location: "", reason: "").exitCode
            }

            fileprivate var line: (code: Int32, text: String) {
                switch self {
                case .usage(nil): (Self.code(of: .usage), "wrong usage")
                case .usage(let other?): (Self.code(of: .usage), "wrong usage, or \(other)")
                case .data(let text): (Self.code(of: .damagedLake), text)
                case .noInput(let text): (Self.code(of: .notFound), "there is no such \(text)")
                case .inputOutput(let text): (Self.code(of: .inputOutput), text)
                case .lakeIsHeld: (Self.code(of: .lakeIsHeld), "another run holds the lake")
                case .interrupted(let text): (130, "interrupted, \(text)")
                }
            }
        }

        /// The part of a command's help, in the order of the codes.
        package static func help(_ meanings: Meaning...) -> String {
            let lines = [(code: Int32(0), text: "done")] + meanings.map(\.line)
            return "EXIT CODES:\n"
                + lines.sorted { $0.code < $1.code }.map { line in
                    let code = "\(line.code)"
                    return "  \(code)\(String(repeating: " ", count: 5 - code.count))\(line.text)"
                }.joined(separator: "\n")
        }
    }
#endif
