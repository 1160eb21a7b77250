"""Who may do what with money: this app's part of the permission matrix."""

from hospital.kit.policy import Rule
from hospital.policy import CASHIER, CLINICAL, INTEGRATOR

RULES = [
    Rule("billing.cost", "read", CLINICAL | CASHIER | INTEGRATOR),
    Rule("billing.estimate", "create", CLINICAL | INTEGRATOR),
    Rule("billing.estimate", "read list", CLINICAL | CASHIER | INTEGRATOR),
]
