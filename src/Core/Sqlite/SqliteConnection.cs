using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace AlsterNode.Core.Sqlite;

/// <summary>One connection to one database; for one thread at a time.</summary>
internal sealed class SqliteConnection : IDisposable
{
    private const int BusyTimeoutMs = 5000;

    private readonly ConnectionHandle _handle;

    private SqliteConnection(ConnectionHandle handle) => _handle = handle;

    /// <summary>True between BEGIN and COMMIT or ROLLBACK.</summary>
    public bool InTransaction => SqliteNative.GetAutocommit(_handle) == 0;

    /// <summary>Opens a file; flags are <see cref="SqliteNative.OpenReadWrite"/> and the like.</summary>
    public static SqliteConnection Open(string path, int flags)
    {
        var code = SqliteNative.Open(path, out var handle, flags | SqliteNative.OpenNoMutex | SqliteNative.OpenExtendedResultCodes, null);
        var connection = new SqliteConnection(handle);
        try
        {
            connection.Check(code);
            connection.Check(SqliteNative.BusyTimeout(handle, BusyTimeoutMs));
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Compiles one statement.</summary>
    public SqliteStatement Prepare(string sql)
    {
        Check(SqliteNative.Prepare(_handle, sql, -1, out var statement, 0));
        return new SqliteStatement(this, statement);
    }

    /// <summary>Runs one statement to its end.</summary>
    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step()) { }
    }

    /// <summary>The first column of the statement's first row; 0 when there is no row.</summary>
    public long QueryInt64(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.GetInt64(0) : 0;
    }

    /// <summary>Turns a result code into an exception with SQLite's own words.</summary>
    public void Check(int code)
    {
        if (code != SqliteNative.Ok) Throw(code);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [DoesNotReturn]
    internal void Throw(int code)
    {
        var message = _handle.IsInvalid ? SqliteNative.ErrorText(code) : SqliteNative.ErrorMessage(_handle);
        throw new SqliteException(code, Marshal.PtrToStringUTF8(message) ?? "unknown error");
    }
}

/// <summary>SQLite refused; the message is SQLite's.</summary>
internal sealed class SqliteException(int code, string message) : Exception(message)
{
    /// <summary>Primary result code (https://sqlite.org/rescode.html).</summary>
    public int Code { get; } = code & 0xff;
}
