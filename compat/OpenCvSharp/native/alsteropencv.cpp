// C entry points over cv::Mat for the managed stand-in of OpenCvSharp. Every entry point catches everything and returns 0 (done) or 1
// (failed; alsteropencv_last_error tells why on the same thread). A Mat handed out belongs to the caller: alsteropencv_mat_free.
#include "quiet.h"

#include <opencv2/calib3d.hpp>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) int

namespace
{
struct Failure
{
    int code = 0;
    int line = 0;
    std::string function, message, file;
};

thread_local Failure failure;

template <typename Action> int Guarded(Action action) noexcept
{
    try
    {
        action();
        return 0;
    }
    catch (const cv::Exception& e)
    {
        failure = {e.code, e.line, e.func, e.err, e.file};
    }
    catch (const std::exception& e)
    {
        failure = {cv::Error::StsError, 0, "", e.what(), ""};
    }
    catch (...)
    {
        failure = {cv::Error::StsError, 0, "", "unknown native exception", ""};
    }
    return 1;
}

const cv::Mat& OrEmpty(const cv::Mat* mat)
{
    static const cv::Mat empty;
    return mat == nullptr ? empty : *mat;
}

int Ignore(int, const char*, const char*, const char*, int, void*)
{
    return 0; // the exception that follows carries the same words
}

// Callers work on frames in parallel, so OpenCV's own threads would only get in each other's way.
const bool prepared = []
{
    cv::setNumThreads(1);
    cv::redirectError(Ignore);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    return true;
}();
}

struct MatInfo
{
    void* data;
    int64_t step;
    int32_t rows, cols, type, elemSize;
};

API alsteropencv_version(int32_t* version)
{
    *version = 1; // grows with every change of an entry point
    return prepared ? 0 : 1;
}

API alsteropencv_last_error(int32_t* code, int32_t* line, char* function, char* message, char* file, int32_t capacity)
{
    auto copy = [capacity](char* to, const std::string& from)
    {
        std::strncpy(to, from.c_str(), static_cast<size_t>(capacity) - 1);
        to[capacity - 1] = 0;
    };
    *code = failure.code;
    *line = failure.line;
    copy(function, failure.function);
    copy(message, failure.message);
    copy(file, failure.file);
    return 0;
}

API alsteropencv_mat_new(cv::Mat** result)
{
    return Guarded([&] { *result = new cv::Mat(); });
}

API alsteropencv_mat_new_size(int32_t rows, int32_t cols, int32_t type, cv::Mat** result)
{
    return Guarded([&] { *result = new cv::Mat(rows, cols, type); });
}

API alsteropencv_mat_new_scalar(int32_t rows, int32_t cols, int32_t type, const double* scalar, cv::Mat** result)
{
    return Guarded([&] { *result = new cv::Mat(rows, cols, type, cv::Scalar(scalar[0], scalar[1], scalar[2], scalar[3])); });
}

API alsteropencv_mat_new_data(int32_t rows, int32_t cols, int32_t type, void* data, int64_t step, cv::Mat** result)
{
    return Guarded([&] { *result = new cv::Mat(rows, cols, type, data, static_cast<size_t>(step)); });
}

API alsteropencv_mat_free(cv::Mat* mat)
{
    return Guarded([&] { delete mat; });
}

API alsteropencv_mat_info(const cv::Mat* mat, MatInfo* info)
{
    return Guarded([&]
    {
        *info = {mat->data, mat->empty() ? 0 : static_cast<int64_t>(mat->step[0]), mat->rows, mat->cols, mat->type(),
                 static_cast<int32_t>(mat->elemSize())};
    });
}

API alsteropencv_mat_clone(const cv::Mat* mat, cv::Mat** result)
{
    return Guarded([&] { *result = new cv::Mat(mat->clone()); });
}

API alsteropencv_mat_convert_to(const cv::Mat* mat, cv::Mat* target, int32_t type, double alpha, double beta)
{
    return Guarded([&] { mat->convertTo(*target, type, alpha, beta); });
}

API alsteropencv_set_num_threads(int32_t count)
{
    return Guarded([&] { cv::setNumThreads(count); });
}

API alsteropencv_get_num_threads(int32_t* count)
{
    return Guarded([&] { *count = cv::getNumThreads(); });
}

API alsteropencv_imdecode(const uint8_t* bytes, int32_t length, int32_t flags, cv::Mat** result)
{
    return Guarded([&]
    {
        QuietErrors quiet;
        const cv::Mat encoded(1, length, CV_8UC1, const_cast<uint8_t*>(bytes));
        *result = new cv::Mat(cv::imdecode(encoded, flags));
    });
}

API alsteropencv_imencode(const char* extension, const cv::Mat* image, const int32_t* parameters, int32_t count, cv::Mat** result)
{
    return Guarded([&]
    {
        QuietErrors quiet;
        std::vector<uchar> bytes;
        const std::vector<int> flags(parameters, parameters + count);
        if (!cv::imencode(extension, *image, bytes, flags)) CV_Error(cv::Error::StsError, "could not encode the image");
        *result = new cv::Mat(cv::Mat(1, static_cast<int>(bytes.size()), CV_8UC1, bytes.data()).clone());
    });
}

API alsteropencv_imread(const char* path, int32_t flags, cv::Mat** result)
{
    return Guarded([&]
    {
        QuietErrors quiet;
        *result = new cv::Mat(cv::imread(path, flags));
    });
}

API alsteropencv_imwrite(const char* path, const cv::Mat* image, const int32_t* parameters, int32_t count, int32_t* written)
{
    return Guarded([&]
    {
        QuietErrors quiet;
        *written = cv::imwrite(path, *image, std::vector<int>(parameters, parameters + count)) ? 1 : 0;
    });
}

API alsteropencv_cvt_color(const cv::Mat* source, cv::Mat* target, int32_t code, int32_t channels)
{
    return Guarded([&] { cv::cvtColor(*source, *target, code, channels); });
}

API alsteropencv_resize(const cv::Mat* source, cv::Mat* target, int32_t width, int32_t height, double fx, double fy, int32_t interpolation)
{
    return Guarded([&] { cv::resize(*source, *target, cv::Size(width, height), fx, fy, interpolation); });
}

API alsteropencv_remap(const cv::Mat* source, cv::Mat* target, const cv::Mat* map1, const cv::Mat* map2, int32_t interpolation,
    int32_t border, const double* value)
{
    return Guarded([&]
    {
        cv::remap(*source, *target, *map1, OrEmpty(map2), interpolation, border, cv::Scalar(value[0], value[1], value[2], value[3]));
    });
}

API alsteropencv_gaussian_blur(const cv::Mat* source, cv::Mat* target, int32_t width, int32_t height, double sigmaX, double sigmaY, int32_t border)
{
    return Guarded([&] { cv::GaussianBlur(*source, *target, cv::Size(width, height), sigmaX, sigmaY, border); });
}

API alsteropencv_init_undistort_rectify_map(const cv::Mat* camera, const cv::Mat* distortion, const cv::Mat* rotation, const cv::Mat* newCamera,
    int32_t width, int32_t height, int32_t type, cv::Mat* map1, cv::Mat* map2)
{
    return Guarded([&]
    {
        cv::initUndistortRectifyMap(*camera, OrEmpty(distortion), OrEmpty(rotation), OrEmpty(newCamera), cv::Size(width, height), type, *map1, *map2);
    });
}

API alsteropencv_undistort(const cv::Mat* source, cv::Mat* target, const cv::Mat* camera, const cv::Mat* distortion, const cv::Mat* newCamera)
{
    return Guarded([&] { cv::undistort(*source, *target, *camera, OrEmpty(distortion), OrEmpty(newCamera)); });
}
