// What an action throws, as the text a user would see.
#pragma once

#include "caravel/base/error.hpp"

#include <string>

template <class Action>
std::string message_of(const Action& action) {
    try {
        action();
    } catch (const caravel::InputError& error) {
        return error.what();
    } catch (const caravel::IoError& error) {
        return std::string("IoError: ") + error.what();
    }
    return "no error";
}
