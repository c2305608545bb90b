/** Selectors of what is chosen at the top of the dashboard. */
export const DESK = 'desk="$desk"';
export const AGENT = `${DESK},instance=~"$agent"`;
export const PAIR = `${DESK},pair=~"$pair"`;
