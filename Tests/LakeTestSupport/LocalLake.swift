package import BedrockMetering
package import MeteringLake

extension Lake {
    /// A lake on this machine.
    package init(at path: String) {
        self.init(at: ObjectLocation(path: path), stores: .local)
    }

    package func path(of day: UsageDay, in format: LakeFormat) -> String {
        place(of: day, in: format).path
    }
}
