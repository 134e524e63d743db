using System.Security.Claims;

namespace Analytics.Web.Access;

/// <summary>Who asks.</summary>
/// <param name="Name">The name.</param>
/// <param name="Role">What he may do.</param>
internal sealed record ConsoleUser(string Name, ConsoleRole Role)
{
    /// <summary>Whether he may act.</summary>
    public bool MayAct => Role == ConsoleRole.Operator;

    /// <summary>As the framework knows him; tokens against forged requests are bound to the name.</summary>
    public ClaimsPrincipal Principal(string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, Name), new Claim(ClaimTypes.Name, Name)], scheme));
}
