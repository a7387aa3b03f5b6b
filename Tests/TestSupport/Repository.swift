package import Foundation

/// The files of this repository, for tests that read the samples.
package enum Repository {
    /// The folder that holds `Package.swift`.
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The sample objects, in every shape that CloudWatch delivers; in the order of their paths.
    ///
    /// - Parameter folder: `exports`, which are sound, or `broken`.
    package static func sampleObjects(_ folder: String = "exports") throws -> [SampleObject] {
        let folder = root.appending(path: "samples/\(folder)")
        let paths = try FileManager.default.subpathsOfDirectory(
            atPath: folder.path(percentEncoded: false)
        )
        return try paths.sorted().compactMap { path in
            let file = folder.appending(path: path)
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
                return nil
            }
            return SampleObject(path: path, data: try Data(contentsOf: file))
        }
    }
}

/// One object of the samples.
package struct SampleObject: Sendable {
    /// Its path in the folder of samples.
    package let path: String
    package let data: Data
}
