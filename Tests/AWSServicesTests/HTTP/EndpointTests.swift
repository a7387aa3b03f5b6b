import AWSServices
import Testing

@Suite struct EndpointTests {
    @Test(arguments: [
        ("https://s3.example.org", Endpoint(host: "s3.example.org")),
        ("HTTP://LocalHost:9000/", Endpoint(isSecure: false, host: "localhost", port: 9000)),
        (
            "http://[::1]:8333/base/path//",
            Endpoint(isSecure: false, host: "[::1]", port: 8333, basePath: "/base/path")
        ),
        (
            "https://host/a+b/%7e%c3%a9%2f/",
            Endpoint(host: "host", basePath: "/a%2Bb/~%C3%A9%2F")
        ),
    ])
    func `an endpoint is taken from its URL`(url: String, endpoint: Endpoint) {
        #expect(Endpoint(url: url) == endpoint)
    }

    @Test(arguments: [
        "", "s3.example.org", "ftp://host", "http://", "https:///path", "http://user@host",
        "http://user:password@host", "http://host?query", "http://host#fragment",
        "http://host:0", "http://host:65536", "http://host:port", "http://a b", "http://host/%e9",
        "file:///etc",
    ])
    func `what is no endpoint is refused`(url: String) {
        #expect(Endpoint(url: url) == nil)
    }
}
