import TestSupport
import Testing

@testable import AWSServices

@Suite struct ConfigurationFileTests {
    private static func sections(_ text: String) throws -> [String: ConfigurationFile.Section] {
        let file = try ConfigurationFile(Array(text.utf8), path: "config")
        return Dictionary(uniqueKeysWithValues: file.sections.map { ($0.name, $0) })
    }

    @Test func `sections, comments and white space are read as the AWS tools read them`() throws {
        let text = """
            \u{feff}# a comment
              ; another
            [default] ; the usual one
            Region = eu-west-1
            output=json # behind white space
            url = http://host/#fragment;x

            [ profile  a b ]
              region = indented
              role_arn=arn:aws:iam::123456789012:role/a=b
            empty =
            [default]
            region = eu-west-2
            """

        for text in [text, text.split(separator: "\n").joined(separator: "\r\n")] {
            let sections = try Self.sections(text)

            #expect(Set(sections.keys) == ["default", "profile  a b"])
            #expect(
                sections["default"]?.settings == [
                    "region": "eu-west-2", "output": "json", "url": "http://host/#fragment;x",
                ])
            #expect(
                sections["profile  a b"]?.settings == [
                    "region": "indented", "role_arn": "arn:aws:iam::123456789012:role/a=b",
                    "empty": "",
                ])
        }
    }

    @Test func `indented lines are settings within an empty one, or go on with a value`() throws {
        let sections = try Self.sections(
            """
            [services local]
            s3 =
              endpoint_url = http://127.0.0.1:9000

              # a comment
              Addressing_Style = path
            glue =
            \tendpoint_url = http://127.0.0.1:5000
            text = first
              second
            """)

        let section = try #require(sections["services local"])
        #expect(
            section.nested == [
                "s3": ["endpoint_url": "http://127.0.0.1:9000", "addressing_style": "path"],
                "glue": ["endpoint_url": "http://127.0.0.1:5000"],
            ])
        #expect(section.settings["text"] == "first\nsecond")
    }

    @Test(arguments: [
        ("[default\nkey = hunter2", 1), ("[]\n", 1), ("\n[default] hunter2\n", 2),
        ("key = hunter2", 1), ("[default]\nhunter2\n", 2), ("[default]\n= hunter2", 2),
        ("[default]\r\n\r\ns3 =\r\n  hunter2\r\n", 4),
    ])
    func `a bad line names the file and its number and nothing else`(
        text: String, line: Int
    ) throws {
        let error = try #require(throws: AWSConfigurationError.self) {
            try ConfigurationFile(Array(text.utf8), path: "/home/me/.aws/config")
        }

        #expect("\(error)".hasPrefix("/home/me/.aws/config, line \(line): "))
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func `bytes that are no text name their line`() throws {
        let bytes = Array("[default]\nkey = ".utf8) + [0xff, 0xfe]

        let error = try #require(throws: AWSConfigurationError.self) {
            try ConfigurationFile(bytes, path: "config")
        }

        #expect("\(error)" == "config, line 2: not UTF-8")
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `whatever a file holds, it is read or its line is named`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let parts = ["[", "]", "a", "=", "\n", "\r\n", " ", "\t", "#", ";", "\u{e9}", "profile"]
        let form = /config, line [0-9]+: [a-z][A-Za-z0-9' -]+/

        for _ in 0..<100 {
            var bytes = (0..<Int.random(in: 0..<40, using: &generator))
                .flatMap { _ in Array(generator.pick(parts).utf8) }
            if generator.happens(percent: 5) { bytes.append(0xff) }
            do throws(AWSConfigurationError) {
                let file = try ConfigurationFile(bytes, path: "config")
                let names = file.sections.map(\.name)
                #expect(Set(names).count == names.count && !names.contains(""))
            } catch {
                #expect(try form.wholeMatch(in: "\(error)") != nil, "\(error)")
            }
        }
    }

    @Test func `nothing that is read shows in descriptions`() throws {
        let sections = try Self.sections("[a]\naws_secret_access_key = hunter2")
        var profile = Profile("a")
        for section in sections.values { profile.add(section) }

        for value in [sections, profile] as [Any] {
            for text in Descriptions.of(value) { #expect(!text.contains("hunter2")) }
        }
        #expect(profile["aws_secret_access_key"] == "hunter2")
    }
}
