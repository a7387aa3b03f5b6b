import AWSServices
import Foundation

/// What the room for AWS makes of requests and settings, for checks against other implementations:
///
///     aws-tool sign        signs requests: each line of the standard input is a ``Specification`` in
///                          JSON, each line of the output the URL and the headers to send
///     aws-tool resolve     prints the settings that hold in its environment; see ``Resolved``
///     aws-tool events      takes event streams apart: each line of the standard input is the chunks of one in
///                          Base64, with blanks between; each line of the output what it comes to, in JSON
///     aws-tool xml         pulls documents apart: each line of the standard input is one in Base64, each line
///                          of the output what it comes to, in JSON; see ``Pulled``
@main
struct AWSTool {
    struct Specification: Decodable {
        var accessKeyID: String
        var secretAccessKey: String
        var sessionToken: String?
        var region: String
        var service: String
        /// Seconds since 1970.
        var time: TimeInterval
        var coversPayload: Bool

        var method: String
        var endpoint: String
        /// Not encoded, without the slash at its beginning.
        var path: String
        /// The path's segments, where they may hold slashes of their own.
        var segments: [String]?
        var query: [[String]]
        var headers: [String: String]
        var body: String
    }

    struct Signed: Encodable {
        var url: String
        var headers: [String: String]
    }

    /// Region, the services' endpoints, how often a request is sent, and credentials by their access keys;
    /// nil where there are none.
    struct Resolved: Encodable {
        var region: String?
        var endpoints: [String: String] = [:]
        var maximumAttempts: Int?
        var accessKeyID: String?
    }

    /// The starts of a document by their names, its texts and its ends; or why it is none.
    struct Pulled: Encodable {
        var pieces: [[String]] = []
        var fault: String?
        var offset: Int?
    }

    struct Unreadable: Error {}
    struct Usage: Error {}

    static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    static func main() async throws {
        switch CommandLine.arguments.dropFirst().first {
        case "sign": try sign()
        case "resolve": try await resolve()
        case "events": try EventStreams.takeApart()
        case "xml": try pull()
        default: throw Usage()
        }
    }

    private static func resolve() async throws {
        var resolved = Resolved()
        do {
            let environment = try AWSEnvironment.standard()
            resolved.region = environment.region
            for service in ["s3", "logs", "glue", "sts"] {
                let endpoint = environment.endpoint(of: service)
                resolved.endpoints[service] = endpoint.origin + endpoint.basePath
            }
            resolved.maximumAttempts = environment.retries.maximumAttempts
            resolved.accessKeyID = try await environment.credentials?.credentials().accessKeyID
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
        }
        FileHandle.standardOutput.write(try encoder.encode(resolved))
    }

    private static func pull() throws {
        while let line = readLine() {
            guard let document = Data(base64Encoded: line) else { throw Unreadable() }
            let pulled = try encoder.encode(pulled(Array(document)))
            FileHandle.standardOutput.write(pulled + Data("\n".utf8))
        }
    }

    private static func pulled(_ document: [UInt8]) -> Pulled {
        var pulled = Pulled()
        var reader = XMLReader(document)
        do throws(XMLFault) {
            while let event = try reader.next() {
                switch event {
                case .start(let name): pulled.pieces.append(["start", name.text])
                case .text(let text):
                    pulled.pieces.append(["text", String(decoding: text, as: UTF8.self)])
                case .end: pulled.pieces.append(["end"])
                }
            }
        } catch {
            (pulled.fault, pulled.offset) = (error.reason, error.offset)
        }
        return pulled
    }

    private static func sign() throws {
        while let line = readLine() {
            let specification = try JSONDecoder().decode(Specification.self, from: Data(line.utf8))
            let signed = try encoder.encode(signed(specification))
            FileHandle.standardOutput.write(signed + Data("\n".utf8))
        }
    }

    private static func signed(_ specification: Specification) throws -> Signed {
        guard let endpoint = Endpoint(url: specification.endpoint) else { throw Unreadable() }
        let path =
            specification.segments?.map { URIEncoding.encoded($0) }.joined(separator: "/")
            ?? URIEncoding.encoded(specification.path, keepsSlashes: true)
        var request = HTTPRequest(
            specification.method, endpoint,
            path: "/" + path,
            query: specification.query.map { .init(name: $0[0], value: $0[1]) },
            headers: specification.headers,
            payload: specification.body.isEmpty ? .none : .bytes(Array(specification.body.utf8))
        )
        var signer = SignatureV4(
            credentials: AWSCredentials(
                accessKeyID: specification.accessKeyID,
                secretAccessKey: specification.secretAccessKey,
                sessionToken: specification.sessionToken
            ),
            region: specification.region, service: specification.service
        )
        signer.coversPayload = specification.coversPayload
        signer.sign(&request, at: Date(timeIntervalSince1970: specification.time))
        return Signed(url: request.url, headers: request.headers)
    }
}
