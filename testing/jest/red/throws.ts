throw new Error('thrown by an import');
