import {useCommands} from '../shell/commands.ts'
import {detailTabs, type DetailTab} from '../torrents/torrents-search.ts'

/** Digits go to the tabs, by their place on the keyboard. */
export function useTabCommands(show: (tab: DetailTab) => void): void {
  useCommands(
    detailTabs.map((tab, at) => ({
      ...{id: `details ${tab}`, group: 'look' as const, label: `details.show.${tab}` as const},
      ...{keys: [`Digit${at + 1}`, ...(tab === 'why' ? ['w'] : [])], run: () => show(tab)},
    })),
  )
}
