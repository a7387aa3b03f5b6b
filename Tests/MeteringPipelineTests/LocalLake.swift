import BedrockMetering

@testable import MeteringPipeline

extension Lake {
    /// A lake on this machine.
    init(at path: String) {
        self.init(at: ObjectLocation(path: path), stores: .standard)
    }

    func path(of day: UsageDay, in format: LakeFormat) -> String {
        place(of: day, in: format).path
    }
}
