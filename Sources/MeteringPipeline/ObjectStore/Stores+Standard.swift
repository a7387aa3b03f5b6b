extension Stores {
    /// This machine's files, and S3 as the environment says.
    static let standard = Stores(remote: S3Store())
}
