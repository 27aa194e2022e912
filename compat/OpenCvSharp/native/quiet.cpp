#include "quiet.h"

#include <cstdio>
#include <iostream>
#include <mutex>
#include <streambuf>

namespace
{
struct NullBuffer : std::streambuf
{
    int overflow(int c) override { return traits_type::not_eof(c); }
};

std::mutex guard;
int users = 0;
FILE* sink = nullptr;
FILE* originalStderr = nullptr;
std::streambuf* originalCerr = nullptr;
NullBuffer nowhere;
}

QuietErrors::QuietErrors()
{
    std::lock_guard<std::mutex> lock(guard);
    if (users++ > 0) return;
    if (sink == nullptr) sink = std::fopen("/dev/null", "w");
    if (sink == nullptr) return; // no /dev/null: the messages stay
    originalStderr = stderr;
    stderr = sink;
    originalCerr = std::cerr.rdbuf(&nowhere);
}

QuietErrors::~QuietErrors()
{
    std::lock_guard<std::mutex> lock(guard);
    if (--users > 0 || originalStderr == nullptr) return;
    stderr = originalStderr;
    std::cerr.rdbuf(originalCerr);
    originalStderr = nullptr;
}
