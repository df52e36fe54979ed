// For the kong.conf of a Kong that is run in a private folder. Started by root its workers become another user, who cannot
// enter that folder: the master listens, and no request is ever answered.
export const KONG_USER: readonly string[] = process.getuid?.() === 0 ? ['nginx_main_user = root'] : [];
