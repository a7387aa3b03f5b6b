import AWSServices
import Foundation
import Testing

@Suite struct SignatureV4Tests {
    private static func signed(
        _ request: HTTPRequest, _ secret: String, _ id: String, _ service: String,
        at time: TimeInterval
    ) -> HTTPRequest {
        var request = request
        SignatureV4(
            credentials: AWSCredentials(accessKeyID: id, secretAccessKey: secret),
            region: "us-east-1", service: service
        ).sign(&request, at: Date(timeIntervalSince1970: time))
        return request
    }

    struct Example: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var request: HTTPRequest
        var headerNames: String
        var signature: String

        func isMet(by request: HTTPRequest) -> Bool {
            request.headers["authorization"]?.hasSuffix(
                "SignedHeaders=\(headerNames), Signature=\(signature)") == true
        }
    }

    private static let bucket = Endpoint(host: "examplebucket.s3.amazonaws.com")
    private static let s3Headers = "host;x-amz-content-sha256;x-amz-date"

    /// "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk" in
    /// the Amazon S3 API reference.
    static let s3Examples = [
        Example(
            testDescription: "GET of a range",
            request: HTTPRequest(
                "GET", bucket, path: "/test.txt", headers: ["range": "bytes=0-9"]),
            headerNames: "host;range;x-amz-content-sha256;x-amz-date",
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Example(
            testDescription: "PUT",
            request: HTTPRequest(
                "PUT", bucket, path: "/" + URIEncoding.encoded("test$file.text"),
                headers: [
                    "date": "Fri, 24 May 2013 00:00:00 GMT",
                    "x-amz-storage-class": "REDUCED_REDUNDANCY",
                ],
                payload: .bytes(Array("Welcome to Amazon S3.".utf8))
            ),
            headerNames: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Example(
            testDescription: "GET of the lifecycle",
            request: HTTPRequest("GET", bucket, query: [.init(name: "lifecycle", value: "")]),
            headerNames: s3Headers,
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Example(
            testDescription: "list",
            request: HTTPRequest(
                "GET", bucket,
                query: [.init(name: "prefix", value: "J"), .init(name: "max-keys", value: "2")]),
            headerNames: s3Headers,
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    @Test(arguments: s3Examples)
    func `the examples of S3 are signed as published`(example: Example) {
        let signed = Self.signed(
            example.request, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AKIAIOSFODNN7EXAMPLE",
            "s3", at: 1_369_353_600)

        #expect(example.isMet(by: signed), "\(signed.headers["authorization"] ?? "")")
    }

    private static let example = Endpoint(host: "example.amazonaws.com")
    private static let plainHeaders = "host;x-amz-date"

    /// The suite of tests that AWS published with the description of the algorithm.
    static let suiteExamples = [
        Example(
            testDescription: "get-vanilla", request: HTTPRequest("GET", example),
            headerNames: plainHeaders,
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        Example(
            testDescription: "get-vanilla-query-order-key-case",
            request: HTTPRequest(
                "GET", example,
                query: [
                    .init(name: "Param2", value: "value2"), .init(name: "Param1", value: "value1"),
                ]),
            headerNames: plainHeaders,
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
        Example(
            testDescription: "get-utf8",
            // The one path that the suite encodes once: it is sent as it is here.
            request: HTTPRequest("GET", example, path: "/ሴ"),
            headerNames: plainHeaders,
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"
        ),
        Example(
            testDescription: "get-unreserved",
            request: HTTPRequest(
                "GET", example,
                path: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
            headerNames: plainHeaders,
            signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"
        ),
        Example(
            testDescription: "get-slash-dot-slash",
            request: HTTPRequest("GET", example, path: "/./"), headerNames: plainHeaders,
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        Example(
            testDescription: "get-relative-relative",
            request: HTTPRequest("GET", example, path: "/example1/example2/../.."),
            headerNames: plainHeaders,
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        Example(
            testDescription: "get-header-value-trim",
            request: HTTPRequest(
                "GET", example,
                headers: ["my-header1": " value1", "my-header2": " \"a   b   c\""]),
            headerNames: "host;my-header1;my-header2;x-amz-date",
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
        ),
        Example(
            testDescription: "post-vanilla", request: HTTPRequest("POST", example),
            headerNames: plainHeaders,
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        ),
    ]

    @Test(arguments: suiteExamples)
    func `the examples of the test suite are signed as published`(example: Example) {
        let signed = Self.signed(
            example.request, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AKIDEXAMPLE", "service",
            at: 1_440_938_160)

        #expect(example.isMet(by: signed), "\(signed.headers["authorization"] ?? "")")
    }

    private static let signer = SignatureV4(
        credentials: AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token"),
        region: "eu-west-1", service: "s3"
    )
    private static let time = Date(timeIntervalSince1970: 1_765_072_805.9)

    @Test func `a request that is signed again later is signed anew`() {
        var once = HTTPRequest("GET", Self.bucket, path: "/key")
        var twice = once

        Self.signer.sign(&once, at: Self.time)
        Self.signer.sign(&twice, at: Self.time - 3600)
        Self.signer.sign(&twice, at: Self.time)

        #expect(once.headers == twice.headers)
        #expect(once.headers["x-amz-date"] == "20251207T020005Z")
    }

    @Test func `without a session token that of an earlier signature is taken away`() {
        var request = HTTPRequest("GET", Self.bucket)
        var signer = Self.signer

        signer.sign(&request, at: Self.time)
        let before = request.headers["x-amz-security-token"]
        signer.credentials.sessionToken = nil
        signer.sign(&request, at: Self.time)

        #expect(before == "token")
        #expect(request.headers["x-amz-security-token"] == nil)
        #expect(request.headers["authorization"]?.contains("security-token") == false)
    }

    @Test(arguments: [
        ("s3", true, "UNSIGNED-PAYLOAD"),
        ("s3", false, SHA256Hash(of: "body".utf8).hexadecimal),
        ("glue", true, nil),
    ])
    func `a body goes unsigned through TLS to S3 alone`(
        service: String, isSecure: Bool, hash: String?
    ) {
        let endpoint = Endpoint(isSecure: isSecure, host: "localhost", port: 9000)
        var covered = HTTPRequest("PUT", endpoint, payload: .bytes(Array("body".utf8)))
        var uncovered = covered
        var signer = Self.signer
        signer.service = service

        signer.sign(&covered, at: Self.time)
        signer.coversPayload = false
        signer.sign(&uncovered, at: Self.time)

        #expect(uncovered.headers["x-amz-content-sha256"] == hash)
        #expect((covered.headers == uncovered.headers) == (hash != "UNSIGNED-PAYLOAD"))
    }

    @Test func `headers that others may change are sent but not signed`() {
        var request = HTTPRequest(
            "GET", Self.bucket, headers: ["user-agent": "agent", "expect": "100-continue"])

        Self.signer.sign(&request, at: Self.time)

        #expect(request.headers["user-agent"] == "agent")
        #expect(
            request.headers["authorization"]?.contains(
                "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,")
                == true)
    }

    @Test(arguments: [
        ("https://localhost:8333", "localhost:8333"), ("https://localhost:443", "localhost"),
        ("http://localhost:443", "localhost:443"), ("http://[::1]:9000/base", "[::1]:9000"),
    ])
    func `the host is signed and sent with a port that is not the scheme's own`(
        url: String, host: String
    ) throws {
        var request = HTTPRequest("GET", try #require(Endpoint(url: url)))

        Self.signer.sign(&request, at: Self.time)

        #expect(request.headers["host"] == host)
    }

    @Test func `nothing shows a secret`() {
        var request = HTTPRequest("GET", Self.bucket, payload: .bytes(Array("secret".utf8)))
        Self.signer.sign(&request, at: Self.time)

        for text in Descriptions.of(Self.signer) + Descriptions.of(request) {
            #expect(!text.contains("secret") && !text.contains("token"))
            #expect(!text.contains("Signature="))
        }
    }
}
