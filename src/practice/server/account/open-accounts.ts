/** The accounts of the config on the floor, and the fault that changes one of them behind its back. */
import type { TradingFloor } from '../../account/trading.ts';
import type { PracticeAccount } from '../../config.ts';
import type { FaultBoard } from '../../faults/fault-board.ts';

export function openAccounts(floor: TradingFloor, accounts: readonly PracticeAccount[]): void {
  for (const { uid, balances } of accounts) {
    const amounts = Object.entries(balances).map(([asset, amount]) => ({ asset, amount }));
    floor.open({ uid, balances: amounts });
  }
}

/** `balance-moved` of no account named moves the first one's. */
export function moveBalancesByFault(floor: TradingFloor, faults: FaultBoard): void {
  faults.onChange(({ fault }, phase) => {
    if (fault.kind !== 'balance-moved' || phase !== 'begin') return;
    const uid = fault.uid ?? floor.uids()[0];
    if (uid !== undefined && floor.uids().includes(uid)) {
      floor.account(uid).moveBalance(fault.asset, fault.delta);
    }
  });
}
