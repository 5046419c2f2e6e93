namespace Tangram.Tests;

/// <summary>What others can build on: a change here is seen in review, not found by a user.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_approved_one() => Approved.Equal("PublicApi", PublicApiPrinter.Print(typeof(Run).Assembly));
}
