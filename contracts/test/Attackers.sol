// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payment} from "Payment.sol";

/// Pays an order and, whenever it receives money, calls back into the contract to take more.
contract Reentrant {
    Payment private immutable payment;
    bytes32 private order;
    uint256 public calls;
    uint256 public refused;
    bytes4 public lastError;

    constructor(Payment payment_) {
        payment = payment_;
    }

    function pay(bytes32 order_) external payable {
        order = order_;
        payment.pay{value: msg.value}(order_);
    }

    function refundAndWithdraw() external {
        payment.refund(order, address(this));
        payment.withdraw(payable(address(this)));
    }

    receive() external payable {
        if (++calls > 5) return;
        note(abi.encodeCall(Payment.withdraw, (payable(address(this)))));
        note(abi.encodeCall(Payment.refund, (order, address(this))));
        note(abi.encodeCall(Payment.confirmDelivery, (order, address(this))));
    }

    function note(bytes memory call) private {
        (bool done, bytes memory data) = address(payment).call(call);
        if (!done) {
            refused++;
            lastError = bytes4(data);
        }
    }
}

/// Pays an order and takes no money back; can name another account.
contract Unwilling {
    Payment private immutable payment;

    constructor(Payment payment_) {
        payment = payment_;
    }

    function pay(bytes32 order) external payable {
        payment.pay{value: msg.value}(order);
    }

    function refund(bytes32 order) external {
        payment.refund(order, address(this));
    }

    function withdraw(address payable to) external {
        payment.withdraw(to);
    }
}

/// Sends its money to a contract that takes none.
contract Forced {
    constructor(address payable to) payable {
        selfdestruct(to);
    }
}
