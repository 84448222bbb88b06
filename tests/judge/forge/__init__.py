# SPDX-License-Identifier: Apache-2.0
"""forge - registrations of every format, made by hand down to the last byte: right,
or with one fault and signed again, so that nothing else is wrong with them."""
