/**
 * A practice exchange in a process of its own whose book stands far above the price the desk sees:
 * every fill-or-kill entry reaches the matching engine and expires there. Tells its address to the
 * parent and ends with it.
 */
import { systemClock } from '#platform/clock/system-clock.ts';
import { handWorld } from '../../tests/support/hand-world.ts';
import { showPrice } from '../../tests/support/live-desk.ts';
import { practiceWithAccount } from '../../tests/support/practice-account.ts';

const clock = systemClock();
const hand = handWorld(clock);
const exchange = await practiceWithAccount({ clock, world: hand.world });
showPrice(hand, 110);
process.on('disconnect', () => {
  void exchange.close().finally(() => process.exit(0));
});
process.send?.({ url: exchange.url });
