#if Commands
    package import ArgumentParser

    /// An option that a command does not have. The parser names what is missing first, which a misspelt
    /// option is the reason of as a rule.
    package struct MisspeltOption {
        package let option: String
        /// The most like one that the command has; nil where none is.
        package let suggestion: String?

        /// The first of `arguments` that is no option of the command whose whole help is `help`.
        package init?(in arguments: [String], help: String) {
            let known = Set(help.matches(of: /--[a-z0-9][a-z0-9-]*/).map { String($0.output) })
            let options = arguments.prefix { $0 != "--" }.compactMap { argument in
                argument.hasPrefix("--")
                    ? String(argument.prefix { $0 != "=" }) : nil
            }
            guard let option = options.first(where: { !known.contains($0) && !$0.contains(" ") })
            else { return nil }
            self.option = option
            let nearest = known.map { (Self.distance($0, option), $0) }.min { $0 < $1 }
            suggestion = nearest.flatMap { $0.0 <= max(1, option.count / 4) ? $0.1 : nil }
        }

        /// `Unknown option '--sorce'. Did you mean '--source'?`
        package var text: String {
            "Unknown option '\(option)'."
                + (suggestion.map { " Did you mean '\($0)'?" } ?? "")
        }

        /// How many letters have to be put in, left out or changed.
        private static func distance(_ one: String, _ other: String) -> Int {
            let (one, other) = (Array(one.utf8), Array(other.utf8))
            var row = Array(0...other.count)
            for (index, letter) in one.enumerated() {
                var diagonal = row[0]
                row[0] = index + 1
                for column in other.indices {
                    let change = diagonal + (letter == other[column] ? 0 : 1)
                    diagonal = row[column + 1]
                    row[column + 1] = min(change, diagonal + 1, row[column] + 1)
                }
            }
            return row[other.count]
        }
    }

    extension MisspeltOption {
        /// Ends the process with 64 where the arguments of a command cannot be parsed and one of them is an
        /// option that it does not have.
        package static func check<Command: ParsableCommand>(_ command: Command.Type) {
            let arguments = Array(CommandLine.arguments.dropFirst())
            do {
                _ = try command.parseAsRoot(arguments)
            } catch {
                guard command.exitCode(for: error) == .validationFailure else { return }
                let subcommand = command.configuration.subcommands.first {
                    $0.configuration.commandName ?? "\($0)".lowercased() == arguments.first
                }
                let help =
                    subcommand.map {
                        command.helpMessage(for: $0, includeHidden: true, columns: 10_000)
                    } ?? command.helpMessage(includeHidden: true, columns: 10_000)
                guard let misspelt = MisspeltOption(in: arguments, help: help) else { return }
                let name = [command.configuration.commandName ?? "", arguments.first ?? ""]
                    .prefix(subcommand == nil ? 1 : 2).joined(separator: " ")
                Console.complain("Error: \(misspelt.text)")
                Console.complain("  See '\(name) --help' for more information.")
                command.exit(withError: ExitCode.validationFailure)
            }
        }
    }
#endif
