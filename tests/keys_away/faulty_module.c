/*
 * A PKCS#11 module that hands everything on to another one, and has the faults
 * that a real token has only once: each is a file in the folder that the
 * environment names. A file with a number in it holds the number, in hexadecimal.
 *
 *   flags         is added to the flags of every token
 *   login         is the answer to every login
 *   open-session  is the answer to every new session
 *   sign          is the answer to every signature
 *   sign-once     is the answer to the next signature
 *   lose-session  the token closes all sessions before the next signature
 *   not-for-signing, short, flipped   do to a key and a signature what they say
 *
 * The file "log" has a line for each login and each beginning of a signature.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long word;
typedef word (*function)();

struct list {
    unsigned char version[2];
    function functions[68];
};

enum {
    GET_FUNCTION_LIST = 3,
    GET_TOKEN_INFO = 6,
    OPEN_SESSION = 12,
    CLOSE_ALL_SESSIONS = 14,
    LOGIN = 18,
    GET_ATTRIBUTE_VALUE = 24,
    SIGN_INIT = 42,
    SIGN = 43,
};

static struct list *real, faulty;
static word last_slot;

static FILE *file(const char *name, const char *mode) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("FAULTY_FOLDER"), name);
    return fopen(path, mode);
}

/* Whether there is such a fault, and its number. */
static int has(const char *name, word *number) {
    FILE *fault = file(name, "r");
    if (!fault) return 0;
    *number = 0;
    if (fscanf(fault, "%lx", number) != 1) *number = 0;
    fclose(fault);
    return 1;
}

static int has_once(const char *name, word *number) {
    char path[4096];
    if (!has(name, number)) return 0;
    snprintf(path, sizeof path, "%s/%s", getenv("FAULTY_FOLDER"), name);
    remove(path);
    return 1;
}

static void note(const char *what) {
    FILE *log = file("log", "a");
    fprintf(log, "%s\n", what);
    fclose(log);
}

static word get_token_info(word slot, unsigned char *info) {
    word answer = real->functions[GET_TOKEN_INFO](slot, info), flags, more;
    if (answer == 0 && has("flags", &more)) {
        /* Behind label, manufacturer, model and serial number. */
        memcpy(&flags, info + 96, sizeof flags);
        flags |= more;
        memcpy(info + 96, &flags, sizeof flags);
    }
    return answer;
}

static word open_session(word slot, word flags, void *data, void *notify, word *session) {
    word answer;
    if (has("open-session", &answer)) return answer;
    last_slot = slot;
    return real->functions[OPEN_SESSION](slot, flags, data, notify, session);
}

static word login(word session, word user, const char *pin, word length) {
    word answer;
    note(pin ? "login" : "login on the pad");
    if (has("login", &answer)) return answer;
    if (!pin) {
        pin = getenv("FAULTY_PAD");
        length = strlen(pin);
    }
    return real->functions[LOGIN](session, user, pin, length);
}

struct attribute {
    word type;
    void *value;
    word length;
};

static word get_attribute_value(word session, word object, struct attribute *list, word count) {
    word answer = real->functions[GET_ATTRIBUTE_VALUE](session, object, list, count), number;
    for (word i = 0; i < count; i++)
        if (list[i].type == 0x108 && list[i].value && has("not-for-signing", &number))
            *(unsigned char *)list[i].value = 0;
    return answer;
}

static word sign_init(word session, void *mechanism, word key) {
    word answer;
    note("sign");
    if (has("sign", &answer) || has_once("sign-once", &answer)) return answer;
    if (has_once("lose-session", &answer)) real->functions[CLOSE_ALL_SESSIONS](last_slot);
    return real->functions[SIGN_INIT](session, mechanism, key);
}

static word sign(word session, void *data, word length, unsigned char *signature, word *room) {
    word answer = real->functions[SIGN](session, data, length, signature, room), number;
    if (answer == 0 && signature) {
        if (has("short", &number)) *room -= 1;
        if (has("flipped", &number)) signature[*room - 1] ^= 1;
    }
    return answer;
}

word C_GetFunctionList(struct list **list) {
    if (!real) {
        void *module = dlopen(getenv("FAULTY_MODULE"), RTLD_NOW);
        function get = module ? (function)dlsym(module, "C_GetFunctionList") : 0;
        if (!get || get(&real) != 0) return 5;
        faulty = *real;
        faulty.functions[GET_FUNCTION_LIST] = (function)C_GetFunctionList;
        faulty.functions[GET_TOKEN_INFO] = (function)get_token_info;
        faulty.functions[OPEN_SESSION] = (function)open_session;
        faulty.functions[LOGIN] = (function)login;
        faulty.functions[GET_ATTRIBUTE_VALUE] = (function)get_attribute_value;
        faulty.functions[SIGN_INIT] = (function)sign_init;
        faulty.functions[SIGN] = (function)sign;
    }
    *list = &faulty;
    return 0;
}
