internal import BedrockMetering

extension PipelineError {
    /// Why what lies at `path` is not opened, written or taken away: it is not what belongs there.
    static func misplaced(
        _ kind: FileStatus.Kind, at path: String, in expected: FileStatus.Kind
    ) -> PipelineError {
        let advice =
            kind == .link
            ? "bring \(expected.rawValue) itself to that place, or take the link away with "
                + "unlink \(ShellWord.quoted(path)), and run again"
            : "move it away and run again"
        return PipelineError(
            code: .damagedLake, location: path,
            reason: "is \(kind.rawValue) in the place of \(expected.rawValue)"
                + (kind == .link ? ", and is not followed" : "") + "; \(advice)")
    }

    /// Why a file that was written did not take its place: under its name lies another one.
    static func exchanged(_ path: String, in folder: String) -> PipelineError {
        PipelineError(
            code: .damagedLake, location: path,
            reason: "is not what this run wrote there, since somebody else has put another in its "
                + "place; see who else may write to \(ShellWord.quoted(folder)), and run again")
    }

    /// Why a file did not take its place, however often that was tried.
    package static func contention(_ place: ObjectLocation) -> PipelineError {
        PipelineError(
            code: .inputOutput, location: "\(place)",
            reason: "others kept replacing it while this run was to; run again"
        )
    }
}
