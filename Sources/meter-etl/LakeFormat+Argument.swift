#if Commands
    // A conformance is as public as what it joins.
    public import ArgumentParser
    public import BedrockMetering

    extension LakeFormat: ExpressibleByArgument {}
#endif
