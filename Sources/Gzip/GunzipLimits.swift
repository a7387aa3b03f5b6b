/// What inflating may cost at most.
package struct GunzipLimits: Sendable, Hashable {
    /// Inflated bytes in total, of any one layer.
    package var maximumBytes: Int
    /// Inflated bytes per compressed byte; objects that inflate to less than 1 MiB are exempt.
    package var maximumRatio: Int
    /// Layers of gzip inside gzip.
    package var maximumDepth: Int

    package init(maximumBytes: Int, maximumRatio: Int, maximumDepth: Int = 3) {
        self.maximumBytes = maximumBytes
        self.maximumRatio = maximumRatio
        self.maximumDepth = maximumDepth
    }

    func allow(inflated: Int, from compressed: Int) -> Bool {
        guard inflated <= maximumBytes else { return false }
        guard inflated > 1 << 20 else { return true }
        let (allowed, overflow) = compressed.multipliedReportingOverflow(by: maximumRatio)
        return overflow || inflated <= allowed
    }
}
