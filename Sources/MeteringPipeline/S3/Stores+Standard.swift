package import MeteringLake

extension Stores {
    /// This machine's files, and S3 as the environment says.
    package static let standard = Stores(remote: S3Store())
}
