"""The composition root: settings become a database, services, a gate and two servers, in one process or several."""
