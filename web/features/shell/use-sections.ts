import {useSession} from '../../api/session.ts'
import {sections, type Section} from './sections.ts'

/** Those that he may see. */
export function useSections(): readonly Section[] {
  const permissions = useSession().visitor?.permissions ?? []
  return sections.filter(({needs}) => needs === undefined || permissions.includes(needs))
}
