/// What inflating may cost at most.
package struct GunzipLimits: Sendable, Hashable {
    /// Inflated bytes in total, of all layers together.
    package var maximumBytes: Int
    /// Inflated bytes per compressed byte; what inflates to ``ratioExemption`` or less is exempt.
    package var maximumRatio: Int
    /// Layers of gzip or zlib, one inside another.
    package var maximumDepth: Int

    /// Bytes whose memory and time nobody minds: repeats of one line come to a thousand times their size.
    package static let ratioExemption = 64 << 20

    package init(maximumBytes: Int, maximumRatio: Int, maximumDepth: Int = 3) {
        self.maximumBytes = maximumBytes
        self.maximumRatio = maximumRatio
        self.maximumDepth = maximumDepth
    }

    /// Limits of what has been counted already.
    package static let none = GunzipLimits(maximumBytes: .max, maximumRatio: .max)

    func allow(inflated: Int, from compressed: Int) -> Bool {
        guard inflated <= maximumBytes else { return false }
        guard inflated > Self.ratioExemption else { return true }
        let (allowed, overflow) = compressed.multipliedReportingOverflow(by: maximumRatio)
        return overflow || inflated <= allowed
    }
}
