#if Commands
    import ArgumentParser
    import BedrockMetering
    import Foundation
    package import MeteringLake

    /// How the commands speak: data on standard output, everything else on standard error.
    package enum Console {
        package static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

        /// Writes text for people, with nothing in it that could steer a terminal.
        ///
        /// - Throws: ``PipelineError`` where standard output does not take it all.
        package static func show(_ text: String) throws(PipelineError) {
            try write(data: TerminalText.page(text))
        }

        /// Writes what programs read, such as JSON, CSV or SQL, as it is.
        ///
        /// - Throws: ``PipelineError`` where standard output does not take it all.
        package static func write(data: String) throws(PipelineError) {
            try write(bytes: Data(data.utf8))
        }

        private static func write(bytes: Data) throws(PipelineError) {
            do {
                try FileHandle.standardOutput.write(contentsOf: bytes)
            } catch {
                throw PipelineError(
                    code: .inputOutput, location: "standard output", reason: "cannot be written"
                )
            }
        }

        /// Writes text that was put together before, as it is.
        ///
        /// - Throws: ``PipelineError`` where standard output does not take it all.
        package static func write(data: SpooledText) throws(PipelineError) {
            try data.forEachPiece { piece throws(PipelineError) in try write(bytes: Data(piece)) }
        }

        /// Writes a line for people on standard error, with nothing in it that could steer a terminal.
        package static func complain(_ text: String) {
            try? FileHandle.standardError.write(
                contentsOf: Data((TerminalText.visible(text) + "\n").utf8))
        }

        /// Shows progress on standard error where that is a terminal; nil elsewhere.
        package static var progress: ReadingProgress? {
            guard isatty(STDERR_FILENO) == 1 else { return nil }
            return { begun, total in
                let line = "\rreading object \(begun + 1) of \(total)"
                // Erases what a longer line left, and itself with the next one.
                FileHandle.standardError.write(Data((line + "\u{1b}[K\r").utf8))
            }
        }

        /// Runs `body` and ends with the exit code of what it did: 0, or 65 where it returns false.
        package static func run(
            _ command: String, _ body: () async throws -> Bool
        ) async throws {
            Allocator.keepFreedMemory()
            do {
                guard try await body() else { throw ExitCode(65) }
            } catch let error as PipelineError {
                complain("\(command): \(error)")
                throw ExitCode(error.exitCode)
            } catch let error as UsageOverflowError {
                complain("\(command): \(error)")
                throw ExitCode(65)
            }
        }
    }
#endif
