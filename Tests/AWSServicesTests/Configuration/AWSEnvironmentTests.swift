import AWSServices
import Foundation
import TestSupport
import Testing

@Suite struct AWSEnvironmentTests {
    private let home: TemporaryFolder

    init() throws {
        home = try TemporaryFolder()
    }

    private func environment(_ variables: [String: String]) throws -> AWSEnvironment {
        try .standard(variables.merging(["HOME": home.path]) { $1 })
    }

    @Test func `the region is that of the environment, then of the profile`() throws {
        try home.write(
            "[default]\nregion = eu-west-1\n[profile other]\nregion = eu-west-2\n",
            to: ".aws/config")

        let regions = try [
            environment([:]).region,
            environment(["AWS_PROFILE": "other"]).region,
            environment(["AWS_DEFAULT_REGION": "eu-west-3", "AWS_REGION": ""]).region,
            environment(["AWS_DEFAULT_REGION": "eu-west-3", "AWS_REGION": "eu-north-1"]).region,
        ]

        #expect(regions == ["eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"])
    }

    @Test func `where there is no region, all places are named`() throws {
        let error = try #require(throws: AWSConfigurationError.self) {
            try environment([:])
        }

        for place in ["AWS_REGION", "AWS_DEFAULT_REGION", "default", "/.aws/config"] {
            #expect("\(error)".contains(place))
        }
    }

    @Test(arguments: ["eu-west-1.example.org/", "EU west", "é"])
    func `a region that cannot stand in a host name is refused`(region: String) {
        #expect(throws: AWSConfigurationError.self) {
            try environment(["AWS_REGION": region])
        }
    }

    @Test func `attempts are bounded by the environment, then by the profile`() throws {
        try home.write(
            """
            [default]
            region = eu-west-1
            max_attempts = 2
            [profile other]
            region = eu-west-1
            [profile wrong]
            region = eu-west-1
            max_attempts = few
            """, to: ".aws/config")

        let attempts = try [
            environment([:]).retries.maximumAttempts,
            environment(["AWS_MAX_ATTEMPTS": ""]).retries.maximumAttempts,
            environment(["AWS_MAX_ATTEMPTS": "1"]).retries.maximumAttempts,
            environment(["AWS_PROFILE": "other"]).retries.maximumAttempts,
        ]

        #expect(attempts == [2, 2, 1, 5])
        for (variables, place) in [
            (["AWS_MAX_ATTEMPTS": "0"], "AWS_MAX_ATTEMPTS"),
            (["AWS_PROFILE": "wrong"], "profile wrong: max_attempts"),
        ] {
            let error = #expect(throws: AWSConfigurationError.self) {
                try environment(variables)
            }
            #expect(error?.reason == "\(place) is not a number above 0")
        }
    }

    @Test(
        arguments: [
            (["AWS_ENDPOINT_URL": "http://127.0.0.1:9000/s3/"], "http://127.0.0.1:9000"),
            (["AWS_ENDPOINT_URL_S3": "https://s3.example.org"], "https://s3.example.org"),
            (["AWS_ENDPOINT_URL_GLUE": "https://glue.example.org"], nil),
            (["AWS_PROFILE": "store"], "https://store.example.org:8443"),
            (["AWS_ENDPOINT_URL": "https://s3.eu-west-1.amazonaws.com"], nil),
            (["AWS_ENDPOINT_URL": "https://s3.dualstack.cn-north-1.amazonaws.com.cn"], nil),
            (
                ["AWS_ENDPOINT_URL": "https://amazonaws.com.example.org"],
                "https://amazonaws.com.example.org"
            ),
            ([:], nil),
        ] as [([String: String], String?)])
    func `an endpoint that is not AWS's own is told from those that are`(
        variables: [String: String], origin: String?
    ) throws {
        try home.write(
            """
            [profile store]
            region = eu-west-1
            endpoint_url = https://store.example.org:8443
            """, to: ".aws/config")
        let variables = variables.merging(["HOME": home.path, "AWS_REGION": "eu-west-1"]) { $1 }

        let standard = try AWSEnvironment.standardForeignEndpoint(of: "s3", variables)

        #expect(standard?.origin == origin)
        #expect(try AWSEnvironment.standard(variables).foreignEndpoint(of: "s3") == standard)
    }

    @Test func `a profile that is nowhere is an error that names it and the files`() throws {
        let error = try #require(throws: AWSConfigurationError.self) {
            try environment(["AWS_REGION": "eu-west-1", "AWS_PROFILE": "nobody"])
        }

        #expect("\(error)".contains("nobody") && "\(error)".contains("/.aws/credentials"))
    }

    @Test func `a full name of the default profile hides the short one`() throws {
        try home.write(
            "[profile default]\nregion = eu-west-1\n[default]\nregion = eu-west-2\n",
            to: ".aws/config")

        #expect(try environment([:]).region == "eu-west-1")
    }

    @Test(arguments: ["profile  other", "profile\tother", "profile \t 'other'", " profile other "])
    func `white space in the name of a section makes no difference`(name: String) throws {
        try home.write("[\(name)]\nregion = eu-west-2\n", to: ".aws/config")

        #expect(try environment(["AWS_PROFILE": "other"]).region == "eu-west-2")
    }

    @Test(arguments: [
        (["AWS_USE_FIPS_ENDPOINT": "TRUE"], "", "AWS_USE_FIPS_ENDPOINT is true"),
        (["AWS_USE_DUALSTACK_ENDPOINT": "true"], "", "AWS_USE_DUALSTACK_ENDPOINT is true"),
        ([:], "use_fips_endpoint = true", "profile default: use_fips_endpoint is true"),
        ([:], "use_dualstack_endpoint = True", "profile default: use_dualstack_endpoint is true"),
        (["AWS_USE_FIPS_ENDPOINT": "false"], "use_fips_endpoint = true", nil),
        ([:], "use_fips_endpoint = false", nil),
    ])
    func `endpoints of a kind that is not known are refused where they are demanded`(
        variables: [String: String], setting: String, reason: String?
    ) throws {
        try home.write("[default]\nregion = eu-west-1\n\(setting)\n", to: ".aws/config")

        guard let reason else {
            #expect(try environment(variables).region == "eu-west-1")
            return
        }
        let error = try #require(throws: AWSConfigurationError.self) { try environment(variables) }
        #expect("\(error)".hasPrefix(reason))
    }

    @Test func `empty files in place of the usual ones say nothing`() throws {
        try home.write("[default]\nregion = eu-west-1\n", to: ".aws/config")

        let environment = try environment([
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_REGION": "eu-north-1",
        ])

        #expect(environment.region == "eu-north-1")
    }

    @Test func `a file that cannot be read is an error that names it`() throws {
        try home.makeFolder(".aws/config")

        let error = try #require(throws: AWSConfigurationError.self) {
            try environment(["AWS_REGION": "eu-west-1"])
        }

        #expect("\(error)" == "\(home.path)/.aws/config cannot be read")
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    func `a pipe or a device in the place of a file is an error, and nobody waits for it`(
        variable: String
    ) throws {
        #expect(mkfifo(home.path("pipe"), 0o600) == 0)
        for path in [home.path("pipe"), "/dev/zero"] {
            let error = try #require(throws: AWSConfigurationError.self) {
                try environment(["AWS_REGION": "eu-west-1", variable: path])
            }

            #expect("\(error)" == "\(path) is a pipe or a device and no file, so it was not read")
        }
    }

    @Test(arguments: [
        ("s3", "eu-west-1", "https://s3.eu-west-1.amazonaws.com"),
        ("logs", "cn-north-1", "https://logs.cn-north-1.amazonaws.com.cn"),
        ("sts", "us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
        ("glue", "us-iso-east-1", "https://glue.us-iso-east-1.c2s.ic.gov"),
        ("glue", "us-isob-east-1", "https://glue.us-isob-east-1.sc2s.sgov.gov"),
    ])
    func `a service answers in its region's domain`(
        service: String, region: String, url: String
    ) throws {
        let environment = try environment(["AWS_REGION": region])

        #expect(environment.endpoint(of: service).origin == url)
        #expect(environment.customEndpoint(of: service) == nil)
    }

    /// Which host answers for S3, CloudWatch Logs and Glue under which settings.
    @Test(arguments: [
        ([:], "profile-s3", "profile-logs", "profile-all"),
        (["AWS_ENDPOINT_URL_S3": "http://s3"], "s3", "profile-logs", "profile-all"),
        (["AWS_ENDPOINT_URL_S3": ""], "profile-s3", "profile-logs", "profile-all"),
        (["AWS_ENDPOINT_URL": "http://all"], "all", "all", "all"),
        (
            ["AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "http://logs"],
            "all", "logs", "all"
        ),
        (
            ["AWS_ENDPOINT_URL": "http://all", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"],
            "s3.eu-west-1.amazonaws.com", "logs.eu-west-1.amazonaws.com",
            "glue.eu-west-1.amazonaws.com"
        ),
    ])
    func `endpoints are those of the environment, then of the profile`(
        variables: [String: String], s3: String, logs: String, glue: String
    ) throws {
        try home.write(
            """
            [default]
            region = eu-west-1
            services = local
            endpoint_url = http://profile-all
            [services local]
            s3 =
              endpoint_url = http://profile-s3
            cloudwatch_logs =
              endpoint_url = http://profile-logs
            """, to: ".aws/config")

        let environment = try environment(variables)

        #expect(
            ["s3", "logs", "glue"].map { environment.endpoint(of: $0).host } == [s3, logs, glue])
    }

    @Test func `a URL that makes no sense names its place and not itself`() throws {
        try home.write("[default]\nendpoint_url = ftp://hunter2\n", to: ".aws/config")

        for variables in [["AWS_ENDPOINT_URL_S3": "http://me:hunter2@host"], [:]] {
            let error = try #require(throws: AWSConfigurationError.self) {
                try environment(variables.merging(["AWS_REGION": "eu-west-1"]) { $1 })
            }

            #expect("\(error)".contains(variables.isEmpty ? "endpoint_url" : "AWS_ENDPOINT_URL_S3"))
            #expect(!"\(error)".contains("hunter2"))
        }
    }
}
