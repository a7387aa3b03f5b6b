/// What may still come out of one object by inflating, over all layers of compression together and over
/// all that lies compressed inside its text.
///
/// Ratios that each were harmless would multiply: each of three layers may come to a thousand times the
/// one before.
package final class InflationBudget {
    private let limits: GunzipLimits
    /// Bytes of the object itself that were taken so far.
    package private(set) var consumed = 0
    /// Bytes that came out so far, of every layer.
    private(set) var produced = 0

    package init(_ limits: GunzipLimits) {
        self.limits = limits
    }

    var maximumDepth: Int { limits.maximumDepth }

    /// Counts in bytes of the object itself.
    func take(_ count: Int) { consumed += count }

    /// Counts in bytes that came out of a layer.
    ///
    /// - Throws: ``GzipError/overLimit(byteOffset:)`` where these are too many.
    func spend(_ count: Int) throws(GzipError) {
        produced += count
        guard limits.allow(inflated: produced, from: consumed) else {
            throw .overLimit(byteOffset: consumed)
        }
    }
}
