namespace Analytics.Anchoring.Tests;

public class KeyTests
{
    private const string Secret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    // The two vectors of the Web3 Secret Storage definition.
    private const string Pbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string ScryptVector = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},"ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
        "kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    [Theory]
    [InlineData(Pbkdf2)]
    [InlineData(ScryptVector)]
    public void The_published_keystores_open(string json)
    {
        using var key = Keystore.Open(json, "testpassword"u8, "vector");
        Assert.Equal(Secret, Convert.ToHexStringLower(key.Bytes));
    }

    // RFC 7914, section 12, but for its last one, which takes 1 GiB.
    [Theory]
    [InlineData("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData("pleaseletmein", "SodiumChloride", 16384, 8, 1, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void Scrypt_gives_what_RFC_7914_says(string passphrase, string salt, int n, int r, int p, string derived)
    {
        var (secret, salted) = (System.Text.Encoding.ASCII.GetBytes(passphrase), System.Text.Encoding.ASCII.GetBytes(salt));
        Assert.Equal(derived, Convert.ToHexStringLower(Scrypt.Derive(secret, salted, n, r, p, 64)));
        Assert.Equal(derived, Convert.ToHexStringLower(Scrypt.DeriveOwn(secret, salted, n, r, p, 64)));
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(64, 3, 2)]
    [InlineData(256, 8, 1)]
    [InlineData(16, 5, 7)]
    public void Scrypt_gives_what_BouncyCastle_gives(int n, int r, int p)
    {
        for (var length = 1; length < 100; length += 31)
            Assert.Equal(Org.BouncyCastle.Crypto.Generators.SCrypt.Generate([1, 2, (byte)n], [3, 4], n, r, p, length), Scrypt.DeriveOwn([1, 2, (byte)n], [3, 4], n, r, p, length));
    }

    [Fact]
    public void A_wrong_passphrase_is_said_and_never_shown()
    {
        var error = Assert.Throws<AnchoringException>(() => Keystore.Open(Pbkdf2, "hunter2-wrong"u8, "key.json"));
        Assert.Contains("key.json: the passphrase is wrong", error.Message);
        Assert.DoesNotContain("hunter2", error.ToString());
    }

    [Theory]
    [InlineData("{", "no keystore")]
    [InlineData("{\"version\":1}", "version is not 3")]
    [InlineData("{\"version\":3,\"crypto\":{\"cipher\":\"aes-128-cbc\"}}", "cipher is not aes-128-ctr")]
    public void What_is_no_keystore_is_said(string json, string message) => Assert.Contains(message, Assert.Throws<AnchoringException>(() => Keystore.Open(json, "x"u8, "key.json")).Message);

    [Fact]
    public void Absurd_work_is_refused_before_it_is_done()
    {
        var hostile = ScryptVector.Replace("\"n\":262144", "\"n\":1073741824", StringComparison.Ordinal);
        Assert.Contains("1 GiB", Assert.Throws<AnchoringException>(() => Keystore.Open(hostile, "x"u8, "key.json")).Message);
    }

    [Fact]
    public void A_new_keystore_opens_again_with_its_passphrase_only()
    {
        using var key = PrivateKey.New();
        var json = Keystore.Write(key, "käse €"u8, 1 << 10, 8, 1);
        Assert.DoesNotContain(Convert.ToHexStringLower(key.Bytes), json);
        using var opened = Keystore.Open(json, "käse €"u8, "new");
        Assert.Equal(key.Address, opened.Address);
        Assert.Throws<AnchoringException>(() => Keystore.Open(json, "kase €"u8, "new"));
    }

    [Fact]
    public void Every_altered_byte_of_the_secret_part_is_found()
    {
        using var key = PrivateKey.New();
        var json = Keystore.Write(key, "p"u8, 2, 1, 1);
        var cipher = json.IndexOf("\"ciphertext\": \"", StringComparison.Ordinal) + "\"ciphertext\": \"".Length;
        for (var i = 0; i < 64; i++)
        {
            var altered = json.ToCharArray();
            altered[cipher + i] = altered[cipher + i] == '0' ? '1' : '0';
            Assert.Throws<AnchoringException>(() => Keystore.Open(new string(altered), "p"u8, "altered"));
        }
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead)]
    public void A_file_that_others_can_read_is_refused(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights");
        using var folder = new TemporaryFolder();
        var keystore = folder.Write("key.json", Pbkdf2, mode);
        var error = Assert.Throws<AnchoringException>(() => KeyFiles.Open(keystore, Passphrase.Of("testpassword")));
        Assert.Equal(AnchorFault.Usage, error.Fault);
        Assert.Contains("chmod 600", error.Message);
        Assert.Throws<AnchoringException>(() => Passphrase.FromFile(folder.Write("pass", "testpassword\n", mode)));
        Assert.Throws<AnchoringException>(() => KeyFiles.Import(folder.Write("raw", Secret, mode)));
    }

    [Fact]
    public void A_passphrase_comes_from_a_file_or_the_environment()
    {
        using var folder = new TemporaryFolder();
        var keystore = folder.Write("key.json", Pbkdf2);
        using (var file = Passphrase.FromFile(folder.Write("pass", "testpassword\r\nanother line\n")))
        using (var key = KeyFiles.Open(keystore, file)) Assert.Equal("0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b", key.Address.ToString());
        Environment.SetEnvironmentVariable("ANALYTICS_TEST_PASSPHRASE", "testpassword");
        try
        {
            using var variable = Passphrase.FromEnvironment("ANALYTICS_TEST_PASSPHRASE");
            using var key = KeyFiles.Open(keystore, variable);
            Assert.Equal("0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b", key.Address.ToString());
        }
        finally
        {
            Environment.SetEnvironmentVariable("ANALYTICS_TEST_PASSPHRASE", null);
        }
        Assert.Contains("ANALYTICS_TEST_PASSPHRASE", Assert.Throws<AnchoringException>(() => Passphrase.FromEnvironment("ANALYTICS_TEST_PASSPHRASE")).Message);
    }

    [Fact]
    public void A_key_file_is_its_owners_alone_and_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("sub/key.json");
        KeyFiles.Create(file, "{}");
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("never overwritten", Assert.Throws<AnchoringException>(() => KeyFiles.Create(file, "{\"other\":1}")).Message);
        Assert.Equal("{}", File.ReadAllText(file));
        Assert.Single(Directory.EnumerateFiles(folder.At("sub")));
    }

    [Fact]
    public void What_an_imported_file_holds_is_never_in_a_message()
    {
        using var folder = new TemporaryFolder();
        using (var key = KeyFiles.Import(folder.Write("raw", "0x" + Secret + "\n"))) Assert.Equal("0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b", key.Address.ToString());
        var error = Assert.Throws<AnchoringException>(() => KeyFiles.Import(folder.Write("short", Secret[..62])));
        Assert.DoesNotContain(Secret[..20], error.ToString());
    }
}
