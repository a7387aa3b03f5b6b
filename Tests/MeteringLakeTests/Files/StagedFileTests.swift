import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake

/// Files in the making, while somebody else may write to the folder that they are in.
@Suite struct StagedFileTests {
    private let folder: TemporaryFolder
    private let lake: Lake

    init() throws {
        folder = try TemporaryFolder()
        lake = Lake(at: try folder.makeFolder("lake"))
    }

    private var place: ObjectLocation { lake.root.appending("_settings") }

    private func stage(_ text: String) throws -> StagedFile {
        let staged = try StagedFile(in: lake)
        try staged.write(Array(text.utf8))
        return staged
    }

    @Test func `names under which files were once made lead nowhere`() throws {
        try folder.write("kept", to: "kept")
        _ = try lake.scratch(.staging)
        let day = try #require(UsageDay("2025-12-07"))
        let names =
            LakeFormat.allCases.map { DayFile.name(of: day, in: $0) }
            + ["_settings", "spill", "a_json-0123456789abcdef"]
        for name in names {
            let hidden = PlainName.hidden(name, ending: "partial")
            try folder.link("lake/_staging/\(hidden)", to: folder.path("kept"))
        }

        let files = try names.map { try stage($0) }
        for file in files { _ = try lake.stores.local.place(file, at: place, where: .anything) }

        #expect(Set(files.map(\.path)).count == names.count)
        #expect(try String(contentsOfFile: folder.path("kept"), encoding: .utf8) == "kept")
        #expect(try String(contentsOfFile: place.path, encoding: .utf8) == names.last)
    }

    @Test(arguments: [true, false])
    func `a file that was exchanged for another one takes no place`(isNew: Bool) throws {
        try folder.write("other", to: "other")
        let staged = try stage("own")
        try FileManager.default.removeItem(atPath: staged.path)
        try FileManager.default.createSymbolicLink(
            atPath: staged.path, withDestinationPath: folder.path("other"))
        let store = lake.stores.local

        let error = #expect(throws: PipelineError.self) {
            if isNew {
                _ = try store.placeAnew(staged, at: place)
            } else {
                _ = try store.place(staged, at: place, where: .anything)
            }
        }

        #expect(error?.exitCode == 65 && error?.location == staged.path)
        #expect(!FileManager.default.fileExists(atPath: place.path))
        #expect(try String(contentsOfFile: folder.path("other"), encoding: .utf8) == "other")
    }

    @Test(arguments: ["../outside", "a/../../outside", "./../outside", ".."])
    func `no place outside the lake is written, moved or taken away`(name: String) throws {
        let outside = try folder.write("kept", to: "outside")
        let store = lake.stores.local
        let location = lake.root.appending(name)
        let staged = try stage("own")

        #expect(throws: PipelineError.self) {
            _ = try store.place(staged, at: location, where: .anything)
        }
        #expect(throws: PipelineError.self) { _ = try store.remove(location, version: nil) }
        #expect(throws: PipelineError.self) {
            _ = try store.move(StoredObject(location: location), to: place)
        }
        #expect(throws: PipelineError.self) {
            _ = try LocalStore().remove(ObjectLocation(path: outside), version: nil)
        }

        #expect(try String(contentsOfFile: outside, encoding: .utf8) == "kept")
    }

    @Test func `a file of another version than was read is not taken away`() throws {
        let store = lake.stores.local
        try folder.write("old", to: "lake/_settings")
        let version = try store.version(of: place)
        try folder.write("newer", to: "lake/_settings")

        #expect(try !store.remove(place, version: version))
        #expect(try store.remove(place, version: try store.version(of: place)))
    }

    @Test func `staging is cleared however deep it is`() throws {
        var deep = "lake/_staging"
        for number in 0..<300 {
            deep += "/d"
            if number % 50 == 0 { try folder.write("x", to: "\(deep)/file") }
        }
        try folder.makeFolder(deep)
        try folder.makeFolder("outside")
        try folder.write("kept", to: "outside/kept")
        try folder.link("\(deep)/link", to: folder.path("outside"))
        let name: [CChar] = folder.path("lake/_staging/").utf8.map { CChar(bitPattern: $0) }
        let descriptor = open(name + [CChar(bitPattern: 0xff), 0], O_CREAT | O_WRONLY, 0o600)
        close(descriptor)

        try lake.clearStaging()

        #expect(descriptor >= 0)
        #expect(try lake.scratch(.staging).names().isEmpty)
        #expect(try folder.files("outside").isEmpty)
        #expect(try String(contentsOfFile: folder.path("outside/kept"), encoding: .utf8) == "kept")
    }
}
