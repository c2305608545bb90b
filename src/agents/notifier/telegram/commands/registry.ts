/** All commands, in the order in which the help shows them. */
import type { PromotionFacts } from '#promotion/promotion-subject.ts';
import { mayAct } from '../access/who.ts';
import { bold, type Line, plain } from '../text/line.ts';
import { balanceCommand, countCommand, riskCommand } from './account.ts';
import { answer, type Command } from './command.ts';
import { pauseCommand, resumeCommand } from './halting.ts';
import { blacklistCommand, whitelistCommand } from './lists.ts';
import { logsCommand } from './logs.ts';
import { agentsCommand, configCommand, healthCommand, versionCommand } from './machine.ts';
import { orderCommand } from './orders.ts';
import { positionsCommand } from './positions.ts';
import {
  dailyCommand,
  monthlyCommand,
  performanceCommand,
  profitCommand,
  weeklyCommand,
} from './profit.ts';
import { promoteCommand } from './promotion.ts';
import { muteCommand, unmuteCommand } from './quiet.ts';
import { closeCommand, flattenCommand, killSwitchCommand } from './selling.ts';
import { reloadCommand } from './reload.ts';
import { statsCommand } from './stats.ts';
import { statusCommand } from './status.ts';
import { tradesCommand } from './trades.ts';
import { whyCommand } from './why.ts';

export function allCommands(promotionFacts: () => PromotionFacts): readonly Command[] {
  const commands: Command[] = [
    statusCommand,
    positionsCommand,
    orderCommand,
    tradesCommand,
    profitCommand,
    dailyCommand,
    weeklyCommand,
    monthlyCommand,
    performanceCommand,
    statsCommand,
    balanceCommand,
    countCommand,
    riskCommand,
    whyCommand,
    whitelistCommand,
    blacklistCommand,
    healthCommand,
    agentsCommand,
    logsCommand,
    configCommand,
    versionCommand,
    promoteCommand(promotionFacts),
    pauseCommand,
    resumeCommand,
    closeCommand,
    flattenCommand,
    killSwitchCommand,
    reloadCommand,
    muteCommand,
    unmuteCommand,
  ];
  return [...commands, helpCommand(commands)];
}

function helpCommand(others: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    help: 'this list',
    role: 'viewer',
    run: async (_, { user }) => {
      const usable = [...others, help].filter(({ role }) => mayAct(user.role, role));
      return answer([
        bold(`what ${user.name} (${user.role}) can ask`),
        ...usable.map(({ name, usage, help: text }): Line =>
          plain(`/${name}${usage === undefined ? '' : ` ${usage}`}: ${text}`),
        ),
      ]);
    },
  };
  return help;
}
