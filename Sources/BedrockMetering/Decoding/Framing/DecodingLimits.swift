internal import Gzip

/// What decoding one object may cost at most.
public struct DecodingLimits: Sendable, Hashable {
    /// Bytes that an object may inflate to, all its layers and what lies compressed in its text taken
    /// together; 8 GiB unless set.
    public var maximumInflatedSize: Int
    /// Inflated bytes, counted in the same way, per byte of the object; 1,000 unless set. Objects that
    /// inflate to 64 MiB or less are exempt.
    public var maximumInflationRatio: Int
    /// Bytes of one event; 1 MiB unless set, which is CloudWatch's own limit. More than
    /// ``largestLineSize`` is taken for that.
    public var maximumLineSize: Int
    /// Bytes of UTF-8 that a tenant, user, model or request id may have; 4 KiB unless set.
    public var maximumNameSize: Int

    /// What ``maximumLineSize`` may be raised to: 1 GiB. Places in a text are kept in 32 bits.
    public static let largestLineSize = 1 << 30

    /// What the commands let ``maximumNameSize`` be raised to: 1 MiB.
    package static let largestNameSize = 1 << 20

    public init(
        maximumInflatedSize: Int = 8 << 30,
        maximumInflationRatio: Int = 1000,
        maximumLineSize: Int = 1 << 20,
        maximumNameSize: Int = 4 << 10
    ) {
        self.maximumInflatedSize = maximumInflatedSize
        self.maximumInflationRatio = maximumInflationRatio
        self.maximumLineSize = maximumLineSize
        self.maximumNameSize = maximumNameSize
    }

    var gunzip: GunzipLimits {
        GunzipLimits(maximumBytes: maximumInflatedSize, maximumRatio: maximumInflationRatio)
    }
}
