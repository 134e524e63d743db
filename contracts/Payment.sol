// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Orders at one fixed price, held until delivery is confirmed.
/// @notice The payer's money stays here. Until delivery is confirmed, the payer or the seller can turn it back to the payer;
/// the payer or the carrier confirms delivery, and it is the seller's from then on. Whoever has a claim fetches it with
/// `withdraw`: no function but that one sends anything.
/// @dev An order belongs to the account that paid it, so nobody can spend another's order id. The carrier is trusted by the
/// payer not to confirm what did not arrive, and by the seller to confirm what did.
contract Payment {
    enum State { None, Paid, Delivered, Refunded }

    /// @notice Who is paid.
    address public immutable seller;

    /// @notice Who may confirm a delivery beside the payer.
    address public immutable carrier;

    /// @notice The price of an order in wei. An order is paid exactly, never less and never more.
    uint256 public immutable price;

    /// @notice The wei that an account can withdraw.
    mapping(address account => uint256 amount) public claims;

    mapping(address payer => mapping(bytes32 order => State state)) private states;

    event Paid(bytes32 indexed order, address indexed payer, uint256 amount);
    event Delivered(bytes32 indexed order, address indexed payer, uint256 amount, address confirmedBy);
    event Refunded(bytes32 indexed order, address indexed payer, uint256 amount, address refundedBy);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    error EmptyAddress();
    error EmptyPrice();
    error EmptyOrder();
    error WrongAmount(uint256 sent, uint256 price);
    error AlreadyPaid(bytes32 order, address payer);
    error NotOpen(bytes32 order, address payer, State state);
    error NotAllowed(address caller);
    error NothingToWithdraw(address account);
    error TransferFailed(address to, uint256 amount);

    constructor(address seller_, address carrier_, uint256 price_) {
        if (seller_ == address(0) || carrier_ == address(0)) revert EmptyAddress();
        if (price_ == 0) revert EmptyPrice();
        seller = seller_;
        carrier = carrier_;
        price = price_;
    }

    /// @notice Pays an order; once for each order and payer.
    /// @param order The order's id in UTF-8, at most 32 bytes, filled with zeros on the right.
    function pay(bytes32 order) external payable {
        if (order == bytes32(0)) revert EmptyOrder();
        if (msg.value != price) revert WrongAmount(msg.value, price);
        if (states[msg.sender][order] != State.None) revert AlreadyPaid(order, msg.sender);
        states[msg.sender][order] = State.Paid;
        emit Paid(order, msg.sender, msg.value);
    }

    /// @notice Confirms that an order arrived: by its payer or the carrier. The price becomes the seller's claim.
    function confirmDelivery(bytes32 order, address payer) external {
        if (msg.sender != payer && msg.sender != carrier) revert NotAllowed(msg.sender);
        close(order, payer, State.Delivered);
        claims[seller] += price;
        emit Delivered(order, payer, price, msg.sender);
    }

    /// @notice Turns an order back that is not yet delivered: by its payer or the seller. The price becomes the payer's claim.
    function refund(bytes32 order, address payer) external {
        if (msg.sender != payer && msg.sender != seller) revert NotAllowed(msg.sender);
        close(order, payer, State.Refunded);
        claims[payer] += price;
        emit Refunded(order, payer, price, msg.sender);
    }

    /// @notice Sends the caller's whole claim to an account of its choice.
    function withdraw(address payable to) external {
        if (to == address(0)) revert EmptyAddress();
        uint256 amount = claims[msg.sender];
        if (amount == 0) revert NothingToWithdraw(msg.sender);
        // Nothing is left to claim before the call, so a receiver that calls back finds nothing.
        claims[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert TransferFailed(to, amount);
    }

    /// @notice What became of an order.
    function stateOf(bytes32 order, address payer) external view returns (State) {
        return states[payer][order];
    }

    function close(bytes32 order, address payer, State state) private {
        State now_ = states[payer][order];
        if (now_ != State.Paid) revert NotOpen(order, payer, now_);
        states[payer][order] = state;
    }
}
