/* Compiles compute shaders in HLSL with Microsoft's compilers, as wgpu asks them to: hlslc dxc|fxc
 *
 * On standard input each is a line with its name, a line with its number of bytes, and these bytes. Prints the compiler's version,
 * then a line for whatever it says of a text, and at last how many texts there were. Exit status 1 if any was refused. Standard error
 * tells which took long.
 */
#include <windows.h>
#include <d3dcompiler.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As much of dxcapi.h as is called; names follow it. */
typedef struct { const void *Ptr; SIZE_T Size; UINT Encoding; } DxcBuffer;
typedef struct DxcResult DxcResult;
typedef struct DxcCompiler DxcCompiler;
struct DxcResult {
    struct {
        void *QueryInterface, *AddRef;
        ULONG(WINAPI *Release)(DxcResult *);
        HRESULT(WINAPI *GetStatus)(DxcResult *, HRESULT *);
        void *GetResult;
        HRESULT(WINAPI *GetErrorBuffer)(DxcResult *, ID3DBlob **);
    } *table;
};
struct DxcCompiler {
    struct {
        void *QueryInterface, *AddRef, *Release;
        HRESULT(WINAPI *Compile)(DxcCompiler *, const DxcBuffer *, const wchar_t **, UINT, void *, const GUID *, void **);
    } *table;
};
typedef HRESULT(WINAPI *DxcCreateInstanceProc)(const GUID *, const GUID *, void **);
static const GUID CLSID_DxcCompiler = {0x73e22d93, 0xe6ce, 0x47f3, {0xb5, 0xbf, 0xf0, 0x66, 0x4f, 0x39, 0xc1, 0xb0}};
static const GUID IID_IDxcCompiler3 = {0x228b4687, 0x5a6a, 0x4730, {0x90, 0x0c, 0x97, 0x02, 0xb2, 0x20, 0x3f, 0x54}};
static const GUID IID_IDxcResult = {0x58346cda, 0xdde7, 0x4497, {0x94, 0x61, 0x6f, 0x87, 0xaf, 0x5e, 0x06, 0x59}};
#define UTF8 65001
/* Milliseconds that are told; a pipeline should be there sooner. */
#define SLOW 10000

static pD3DCompile fxc;
static DxcCompiler *dxc;

static HRESULT compile_fxc(const char *text, size_t length, ID3DBlob **said) {
    ID3DBlob *code = NULL;
    HRESULT status =
        fxc(text, length, NULL, NULL, NULL, "main", "cs_5_1", D3DCOMPILE_ENABLE_STRICTNESS, 0, &code, said);
    if (code) code->lpVtbl->Release(code);
    return status;
}

static HRESULT compile_dxc(const char *text, size_t length, ID3DBlob **said) {
    const wchar_t *arguments[] = {L"-E", L"main", L"-T", L"cs_6_0", L"-HV", L"2018", L"-no-warnings", L"-Ges"};
    DxcBuffer source = {text, length, UTF8};
    DxcResult *result = NULL;
    HRESULT status = dxc->table->Compile(dxc, &source, arguments, sizeof arguments / sizeof *arguments, NULL,
                                         &IID_IDxcResult, (void **)&result);
    if (SUCCEEDED(status)) {
        result->table->GetStatus(result, &status);
        result->table->GetErrorBuffer(result, said);
        result->table->Release(result);
    }
    return status;
}

/* The version that a library's file states. */
static void print_version(const char *library, HMODULE module) {
    static char path[MAX_PATH], block[1 << 16];
    VS_FIXEDFILEINFO *info;
    UINT length;
    GetModuleFileNameA(module, path, sizeof path);
    if (GetFileVersionInfoA(path, 0, sizeof block, block) && VerQueryValueA(block, "\\", (void **)&info, &length))
        printf("%s %lu.%lu.%lu.%lu\n", library, info->dwFileVersionMS >> 16, info->dwFileVersionMS & 0xffff,
               info->dwFileVersionLS >> 16, info->dwFileVersionLS & 0xffff);
    else
        printf("%s\n", library);
}

int main(int count, char **arguments) {
    int newer = count == 2 && !strcmp(arguments[1], "dxc");
    if (!newer && !(count == 2 && !strcmp(arguments[1], "fxc"))) {
        fprintf(stderr, "usage: hlslc dxc|fxc\n");
        return 2;
    }
    const char *library = newer ? "dxcompiler.dll" : "d3dcompiler_47.dll";
    HMODULE module = LoadLibraryA(library);
    if (module && newer) {
        DxcCreateInstanceProc create = (DxcCreateInstanceProc)(void *)GetProcAddress(module, "DxcCreateInstance");
        if (create) create(&CLSID_DxcCompiler, &IID_IDxcCompiler3, (void **)&dxc);
    } else if (module) {
        fxc = (pD3DCompile)(void *)GetProcAddress(module, "D3DCompile");
    }
    if (!dxc && !fxc) {
        fprintf(stderr, "hlslc: there is no %s\n", library);
        return 2;
    }
    print_version(library, module);
    _setmode(_fileno(stdin), _O_BINARY);
    char name[512], number[32];
    int texts = 0, refused = 0;
    while (fgets(name, sizeof name, stdin) && fgets(number, sizeof number, stdin)) {
        name[strcspn(name, "\r\n")] = 0;
        size_t length = strtoul(number, NULL, 10);
        char *text = malloc(length + 1);
        if (!text || fread(text, 1, length, stdin) != length) {
            fprintf(stderr, "hlslc: %s is cut short\n", name);
            return 2;
        }
        ID3DBlob *said = NULL;
        DWORD start = GetTickCount();
        HRESULT status = (newer ? compile_dxc : compile_fxc)(text, length, &said);
        DWORD took = GetTickCount() - start;
        const char *words = said ? said->lpVtbl->GetBufferPointer(said) : NULL;
        texts++;
        refused += FAILED(status);
        if (FAILED(status) || (words && *words)) {
            printf("%s: %s: ", name, FAILED(status) ? "error" : "warning");
            for (int at = 0; words && words[at] && at < 700; at++) putchar(words[at] < ' ' ? ' ' : words[at]);
            putchar('\n');
        }
        if (took > SLOW) fprintf(stderr, "%s: %.1f s\n", name, took / 1e3);
        if (said) said->lpVtbl->Release(said);
        free(text);
    }
    printf("%d texts, %d refused\n", texts, refused);
    return refused > 0;
}
