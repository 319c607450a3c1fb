/** The English texts, put together from the features' own. */
import {actions} from './en/actions.ts'
import {login} from './en/login.ts'
import {filters} from './en/filters.ts'
import {servers} from './en/servers.ts'
import {shell} from './en/shell.ts'
import {torrents} from './en/torrents.ts'
import {ui} from './en/ui.ts'

/** What the log-in, the frame and the list say: there from the start. */
export const first = {...ui, ...shell, ...login, ...servers, ...torrents, ...actions, ...filters} as const

/** What comes with the pages and dialogs that say it. */
export const later = {
  accounts: async () => (await import('./en/accounts.ts')).accounts,
  activity: async () => (await import('./en/activity.ts')).activity,
  'action-dialogs': async () => (await import('./en/action-dialogs.ts')).actionDialogs,
  'arr-form': async () => (await import('./en/arr-form.ts')).arrForm,
  'arr-rules': async () => (await import('./en/arr-rules.ts')).arrRules,
  arrs: async () => (await import('./en/arrs.ts')).arrs,
  attention: async () => (await import('./en/attention.ts')).attention,
  adding: async () => (await import('./en/adding.ts')).adding,
  'action-names': async () => (await import('./en/action-names.ts')).actionNames,
  demo: async () => (await import('./en/demo.ts')).demo,
  details: async () => (await import('./en/details.ts')).details,
  display: async () => (await import('./en/display.ts')).display,
  explain: async () => (await import('./en/explain.ts')).explain,
  'first-run': async () => (await import('./en/first-run.ts')).firstRun,
  'move-in': async () => (await import('./en/move-in.ts')).moveIn,
  orphans: async () => (await import('./en/orphans.ts')).orphans,
  overview: async () => (await import('./en/overview.ts')).overview,
  palette: async () => (await import('./en/palette.ts')).palette,
  preferences: async () => (await import('./en/preferences.ts')).preferences,
  processes: async () => (await import('./en/processes.ts')).processes,
  releases: async () => (await import('./en/releases.ts')).releases,
  'rule-sentences': async () => (await import('./en/rule-sentences.ts')).ruleSentences,
  'rule-form': async () => (await import('./en/rule-form.ts')).ruleForm,
  rules: async () => (await import('./en/rules.ts')).rules,
  'search-language': async () => (await import('./en/search-language.ts')).searchLanguage,
  'search-parts': async () => (await import('./en/search-parts.ts')).searchParts,
  searches: async () => (await import('./en/searches.ts')).searches,
  'server-form': async () => (await import('./en/server-form.ts')).serverForm,
  'server-lists': async () => (await import('./en/server-lists.ts')).serverLists,
  'server-pages': async () => (await import('./en/server-pages.ts')).serverPages,
  'setting-form': async () => (await import('./en/setting-form.ts')).settingForm,
  storage: async () => (await import('./en/storage.ts')).storage,
  titles: async () => (await import('./en/titles.ts')).titles,
  wanted: async () => (await import('./en/wanted.ts')).wanted,
  trackers: async () => (await import('./en/trackers.ts')).trackers,
  trash: async () => (await import('./en/trash.ts')).trash,
  verdict: async () => (await import('./en/verdict.ts')).verdict,
  views: async () => (await import('./en/views.ts')).views,
} as const
