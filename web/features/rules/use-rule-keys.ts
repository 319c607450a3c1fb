/** Keys in a list of rules. */
import {useNavigate} from '@tanstack/react-router'
import {Play, Plus} from 'lucide-react'
import type {RefObject} from 'react'
import type {TextKey} from '../../i18n/text.ts'
import {useCommands, type Command} from '../commands/commands.ts'

/**
 * J and K lead from rule to rule, M opens its mode, T tries it; X selects it, N writes a new one.
 * @param run has the selected ones, or all, look now; `null` = here rules are neither selected nor written
 */
export function useRuleKeys(list: RefObject<HTMLElement | null>, run: (() => void) | null): void {
  const navigate = useNavigate()
  const all = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-rule-row]') ?? [])]
  const current = () => all().find((it) => it.contains(document.activeElement))
  const move = (by: 1 | -1) => {
    // What is folded away cannot be reached.
    const rows = all().filter((it) => it.checkVisibility())
    const at = rows.findIndex((it) => it.contains(document.activeElement))
    const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]
    next?.focus({preventScroll: true})
    next?.scrollIntoView({block: 'nearest'})
  }
  const press = (what: string) => {
    const button = [...(current()?.querySelectorAll<HTMLElement>(what) ?? [])].find((it) =>
      it.checkVisibility(),
    )
    if (!button) return
    button.focus()
    // By a key a menu opens with its first entry selected; on telephones it opens by a press.
    const key = new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true})
    if (button.dispatchEvent(key)) button.click()
  }
  const command = (id: string, label: TextKey, key: string, run: () => void): Command => ({
    id: `rules.${id}`,
    group: 'move',
    label,
    keys: [key],
    hidden: true,
    run,
  })
  useCommands([
    command('next', 'rules.keys.next', 'j', () => move(1)),
    command('previous', 'rules.keys.previous', 'k', () => move(-1)),
    command('mode', 'rules.keys.mode', 'm', () => press('[data-mode]')),
    command('try', 'rules.keys.try', 't', () => current()?.querySelector<HTMLElement>('[data-try]')?.click()),
    ...(run
      ? [
          command('select', 'rules.keys.select', 'x', () =>
            [...(current()?.querySelectorAll<HTMLElement>('[data-pick] button') ?? [])]
              .find((it) => it.checkVisibility())
              ?.click(),
          ),
          {
            id: 'rules.run',
            group: 'make',
            label: 'rules.keys.run',
            icon: Play,
            keys: [''],
            isOfPage: true,
            run,
          } as const,
          {
            id: 'rules.new',
            group: 'make',
            label: 'rules.keys.new',
            icon: Plus,
            keys: ['n'],
            isOfPage: true,
            run: () => void navigate({to: '/rules', search: {new: true}}),
          } as const,
        ]
      : []),
  ])
}
