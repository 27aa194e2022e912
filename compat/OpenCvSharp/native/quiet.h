#pragma once

// While one of these lives, the image libraries' complaints about damaged files (libpng, libjpeg and OpenCV write them straight
// to the C and C++ error streams) go nowhere. File descriptor 2 stays as it is: what .NET writes to stderr is not touched.
class QuietErrors
{
public:
    QuietErrors();
    ~QuietErrors();
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;
};
