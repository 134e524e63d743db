// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Merkle roots of published runs, each written once and never changed.
/// @notice A run is a business date, an id of 16 hex digits and a repetition (1; 2, 3 for what `--force` published again).
/// Its root is one storage slot, so that any node answers `rootOf` from its present state; when it was written is the time of
/// the block that holds the event.
/// @dev Publishers are trusted not to take each other's runs: the first root of a run stays. The owner can stop anchoring and
/// choose publishers, and has no function that reaches a root.
contract ReportAnchor {
    /// @notice The account that names publishers and pauses.
    address public owner;

    /// @notice Whether anchoring is stopped. Shares the owner's slot.
    bool public paused;

    /// @notice Who may take the contract over with `acceptOwnership`; zero where no handover is open.
    address public pendingOwner;

    /// @notice Whether an account may anchor.
    mapping(address account => bool allowed) public isPublisher;

    mapping(uint256 run => bytes32 root) private roots;

    event Anchored(uint32 indexed businessDate, bytes8 indexed runId, address indexed publisher, uint32 repetition, bytes32 root);
    event PublisherChanged(address indexed publisher, bool allowed);
    event OwnershipOffered(address indexed owner, address indexed pendingOwner);
    event OwnershipTaken(address indexed previousOwner, address indexed owner);
    event PauseChanged(bool paused);

    error NotOwner(address caller);
    error NotPendingOwner(address caller);
    error NotPublisher(address caller);
    error AnchoringPaused();
    error AlreadyAnchored(uint32 businessDate, bytes8 runId, uint32 repetition, bytes32 root);
    error EmptyRoot();
    error EmptyRepetition();
    error EmptyAddress();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    /// @param initialOwner The owner; may be another account than the deployer's.
    /// @param initialPublisher The first publisher, or zero for none yet.
    constructor(address initialOwner, address initialPublisher) {
        if (initialOwner == address(0)) revert EmptyAddress();
        owner = initialOwner;
        emit OwnershipTaken(address(0), initialOwner);
        if (initialPublisher != address(0)) setAllowed(initialPublisher, true);
    }

    /// @notice Writes a run's root. Fails where the run has one, whatever it is.
    /// @param businessDate The date as a number: 20111209 for 2011-12-09.
    /// @param runId The 16 hex digits of the run id as 8 bytes.
    /// @param repetition 1; n for a run id that ends in -n.
    /// @param root The root in root.json.
    function anchor(uint32 businessDate, bytes8 runId, uint32 repetition, bytes32 root) external {
        if (paused) revert AnchoringPaused();
        if (!isPublisher[msg.sender]) revert NotPublisher(msg.sender);
        if (root == bytes32(0)) revert EmptyRoot();
        if (repetition == 0) revert EmptyRepetition();
        uint256 run = runKey(businessDate, runId, repetition);
        bytes32 known = roots[run];
        if (known != bytes32(0)) revert AlreadyAnchored(businessDate, runId, repetition, known);
        roots[run] = root;
        emit Anchored(businessDate, runId, msg.sender, repetition, root);
    }

    /// @notice A run's root; zero where none was anchored.
    function rootOf(uint32 businessDate, bytes8 runId, uint32 repetition) external view returns (bytes32) {
        return roots[runKey(businessDate, runId, repetition)];
    }

    /// @notice Whether this root, and no other, was anchored for a run.
    function isAnchored(uint32 businessDate, bytes8 runId, uint32 repetition, bytes32 root) external view returns (bool) {
        return root != bytes32(0) && roots[runKey(businessDate, runId, repetition)] == root;
    }

    /// @notice Allows or forbids an account to anchor.
    function setPublisher(address publisher, bool allowed) external onlyOwner {
        if (publisher == address(0)) revert EmptyAddress();
        setAllowed(publisher, allowed);
    }

    /// @notice Stops anchoring, or lets it go on. Reading is never stopped.
    function setPaused(bool stop) external onlyOwner {
        paused = stop;
        emit PauseChanged(stop);
    }

    /// @notice Offers the contract to another account; zero withdraws the offer. The owner stays until it is accepted.
    function offerOwnership(address newOwner) external onlyOwner {
        pendingOwner = newOwner;
        emit OwnershipOffered(msg.sender, newOwner);
    }

    /// @notice Takes the offered contract over.
    function acceptOwnership() external {
        if (msg.sender != pendingOwner) revert NotPendingOwner(msg.sender);
        emit OwnershipTaken(owner, msg.sender);
        owner = msg.sender;
        pendingOwner = address(0);
    }

    function setAllowed(address publisher, bool allowed) private {
        isPublisher[publisher] = allowed;
        emit PublisherChanged(publisher, allowed);
    }

    function runKey(uint32 businessDate, bytes8 runId, uint32 repetition) private pure returns (uint256) {
        return (uint256(businessDate) << 96) | (uint256(uint64(runId)) << 32) | repetition;
    }
}
