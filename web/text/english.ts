/** All English texts, put together from the features' own. */
import {accounts} from './en/accounts.ts'
import {actions} from './en/actions.ts'
import {adding} from './en/adding.ts'
import {details} from './en/details.ts'
import {filters} from './en/filters.ts'
import {firstRun} from './en/first-run.ts'
import {serverForm} from './en/server-form.ts'
import {serverLists} from './en/server-lists.ts'
import {servers} from './en/servers.ts'
import {shell} from './en/shell.ts'
import {torrents} from './en/torrents.ts'
import {ui} from './en/ui.ts'

export const english = {
  ...ui,
  ...shell,
  ...servers,
  ...serverForm,
  ...serverLists,
  ...torrents,
  ...actions,
  ...adding,
  ...details,
  ...accounts,
  ...firstRun,
  ...filters,
} as const
