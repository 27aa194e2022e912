using System.Runtime.InteropServices;

namespace AlsterNode.Core.Sqlite;

/// <summary>A compiled statement: bind (from 1), step, read columns (from 0), reset.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, StatementHandle handle) : IDisposable
{
    public void Bind(int index, long value) => connection.Check(SqliteNative.BindInt64(handle, index, value));

    public void Bind(int index, double value) => connection.Check(SqliteNative.BindDouble(handle, index, value));

    public void Bind(int index, string value) => connection.Check(SqliteNative.BindText(handle, index, value, -1, SqliteNative.Transient));

    public void Bind(int index, ReadOnlySpan<byte> value) =>
        connection.Check(SqliteNative.BindBlob(handle, index, value, (ulong)value.Length, SqliteNative.Transient));

    /// <summary>Goes on to the next row; false when there is none.</summary>
    public bool Step()
    {
        var code = SqliteNative.Step(handle);
        if (code is SqliteNative.Row or SqliteNative.Done) return code == SqliteNative.Row;
        connection.Throw(code);
        return false;
    }

    /// <summary>Runs a statement that gives no rows, and makes it ready for the next values.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    public void Reset() => _ = SqliteNative.Reset(handle); // repeats the code of the last step, which was checked there

    public long GetInt64(int column) => SqliteNative.ColumnInt64(handle, column);

    public double GetDouble(int column) => SqliteNative.ColumnDouble(handle, column);

    public string GetText(int column) => Marshal.PtrToStringUTF8(SqliteNative.ColumnText(handle, column)) ?? "";

    /// <summary>The column's bytes; valid until the next step or reset.</summary>
    public unsafe ReadOnlySpan<byte> GetBlob(int column)
    {
        var bytes = SqliteNative.ColumnBlob(handle, column);
        return new ReadOnlySpan<byte>((void*)bytes, SqliteNative.ColumnBytes(handle, column));
    }

    public void Dispose() => handle.Dispose();
}
