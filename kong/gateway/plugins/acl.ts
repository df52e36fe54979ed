// acl: consumers in or out by their groups (kong/plugins/acl).
import { z } from 'zod';
import { errorExit } from '../exit.ts';
import { toWire } from '../headers.ts';
import { nativePluginOf } from './native.ts';

const groups = z.array(z.string().min(1)).min(1).optional();

export const acl = nativePluginOf({
  name: 'acl',
  priority: 950,
  allowsConsumer: false,
  schema: z
    .strictObject({
      allow: groups,
      deny: groups,
      hide_groups_header: z.boolean().default(false),
      always_use_authenticated_groups: z.boolean().default(false),
    })
    .refine(({ allow, deny }) => (allow === undefined) !== (deny === undefined), {
      message: "exactly one of 'allow' and 'deny' must be set",
    }),

  create({ allow, deny, hide_groups_header }) {
    return {
      access(context) {
        const { consumer, credential } = context;
        if (!consumer || (allow && consumer.groups.length === 0)) {
          context.exit = credential
            ? errorExit(context, 403, 'You cannot consume this service')
            : errorExit(context, 401);
          return;
        }
        const listed = consumer.groups.some((group) => (deny ?? allow ?? []).includes(group));
        if (listed === (deny !== undefined)) {
          context.exit = errorExit(context, 403, 'You cannot consume this service');
          return;
        }
        if (hide_groups_header) return;
        context.headers.set('X-Consumer-Groups', toWire(consumer.groups.join(', ')));
      },
    };
  },
});
