/** Keys of long lists of which only what is in sight is drawn. */
import {useLayoutEffect, useRef, type KeyboardEvent} from 'react'
import {useCommands, type Command} from '../commands/commands.ts'

/**
 * J, K and the arrows move from row to row of a list, through those that are not drawn, too.
 * @param words of both steps, for the list of keys
 * @param list its rows name their rank (`data-at`) @param columns of a grid; 1 = it is a list
 */
export function useListKeys(
  [next, previous]: readonly [next: Command['label'], previous: Command['label']],
  list: {readonly current: HTMLElement | null},
  {total, columns, show}: {total: number; columns: number; show: (at: number) => void},
): (event: KeyboardEvent) => void {
  const wanted = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (wanted.current !== null && focus(list.current, wanted.current)) wanted.current = null
  })
  const move = (by: number) => {
    const here = document.activeElement?.closest<HTMLElement>('[data-at]')?.dataset['at']
    const at = here === undefined ? 0 : Math.min(total - 1, Math.max(0, Number(here) + by))
    show(at)
    wanted.current = focus(list.current, at) ? null : at
  }
  const command = (id: string, label: Command['label'], key: string, by: 1 | -1): Command => ({
    id: `list.${id}`,
    group: 'move',
    label,
    keys: [key],
    hidden: true,
    run: () => move(by),
  })
  useCommands([command('next', next, 'j', 1), command('previous', previous, 'k', -1)])
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: columns,
    ArrowUp: -columns,
    ...(columns > 1 && {ArrowRight: 1, ArrowLeft: -1}),
    Home: -total,
    End: total,
  }
  return (event) => {
    const by = steps[event.key]
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    move(by)
  }
}

/** @returns it is drawn */
function focus(list: HTMLElement | null, at: number): boolean {
  const found = list?.querySelector<HTMLElement>(`[data-at="${at}"]`)
  found?.focus({preventScroll: true})
  return found !== null && found !== undefined
}
