using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace AlsterNode.Core.Sqlite;

/// <summary>The functions of SQLite's C interface that scene files and bags need (https://sqlite.org/c3ref/intro.html).</summary>
internal static partial class SqliteNative
{
    public const int Ok = 0;
    public const int Busy = 5;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int NotADatabase = 26;
    public const int Row = 100;
    public const int Done = 101;

    public const int OpenReadOnly = 0x1;
    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x4;
    public const int OpenNoMutex = 0x8000; // one thread at a time per connection
    public const int OpenExtendedResultCodes = 0x2000000;

    /// <summary>Tells SQLite to copy a bound value.</summary>
    public static readonly nint Transient = -1;

    private const string Library = "libsqlite3.so.0";

    [LibraryImport(Library, EntryPoint = "sqlite3_open_v2", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string filename, out ConnectionHandle connection, int flags, string? vfs);

    [LibraryImport(Library, EntryPoint = "sqlite3_close_v2")]
    public static partial int Close(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_errmsg")]
    public static partial nint ErrorMessage(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_errstr")]
    public static partial nint ErrorText(int code);

    [LibraryImport(Library, EntryPoint = "sqlite3_busy_timeout")]
    public static partial int BusyTimeout(ConnectionHandle connection, int milliseconds);

    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit")]
    public static partial int GetAutocommit(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v2", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Prepare(ConnectionHandle connection, string sql, int length, out StatementHandle statement, nint tail);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    public static partial int Finish(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(StatementHandle statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(StatementHandle statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    public static partial int BindInt64(StatementHandle statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double")]
    public static partial int BindDouble(StatementHandle statement, int index, double value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BindText(StatementHandle statement, int index, string value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob64")]
    public static partial int BindBlob(StatementHandle statement, int index, ReadOnlySpan<byte> value, ulong length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    public static partial long ColumnInt64(StatementHandle statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double")]
    public static partial double ColumnDouble(StatementHandle statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
    public static partial nint ColumnText(StatementHandle statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    public static partial nint ColumnBlob(StatementHandle statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    public static partial int ColumnBytes(StatementHandle statement, int column);
}

/// <summary>An open database.</summary>
internal sealed class ConnectionHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => SqliteNative.Close(handle) == SqliteNative.Ok;
}

/// <summary>A compiled statement.</summary>
internal sealed class StatementHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        _ = SqliteNative.Finish(handle); // repeats the code of the last step, which was checked there
        return true;
    }
}
